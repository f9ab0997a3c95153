/*
 * A thread that parks on its native word, those that unpark it, another thread that waits, and the watcher that has
 * threads go on in LockSupport (NativeParker, WaitWatch). Every access to the word and to what says that there is a
 * watcher, and whether it dozes, is a read-modify-write or volatile, so there are no store buffers. How the watcher
 * tells one park from the next is left out: here any look may find that a wait has lasted. So is anybody else who
 * takes the thread's permit of LockSupport: between VISIBLE and the sleep the thread runs nothing that parks.
 *
 * P1  The thread gets all that is given to it. The last is not given before the thread has been seen in
 *     LockSupport: so a wait that lasts becomes visible.
 *
 * Mutant BLIND_WATCHER: LEAVING is stored without a comparison.
 * Mutant BLIND_THREAD: VISIBLE is stored without a comparison.
 * Mutant LEAVING_IS_AWAKE: an unpark that replaces LEAVING wakes nobody.
 * Mutant ONE_PLACE: an unpark that replaces VISIBLE wakes the word.
 * Mutant NO_SECOND_TRY: a watcher whose wake has failed leaves it at that.
 * Mutant GOES_WITHOUT_A_LOOK: a watcher that goes does not look once more, now that it says that it dozes.
 * Mutant ASKED_EARLY: the thread sees to a watcher before it is PARKED.
 * Mutant NO_LIMIT: a wait that finds no watcher does not end by itself.
 * Mutant NO_LIMIT_IN_A_DOZE: a wait that finds the watcher dozing does not end by itself.
 * Mutant BORN_AWAKE: a watcher counts as awake before its thread runs.
 * Mutant DIES: a look that fails ends the watcher.
 * Mutant WOKEN_ALREADY: that another park was woken stands for this one.
 */

#define EARLY 2     /* given at any time */
#define GIVEN 3

#define EMPTY 0
#define NOTIFIED 1
#define PARKED 2
#define LEAVING 3
#define VISIBLE 4

byte word;
bool asleep;        /* in the native wait */
bool permit;        /* of LockSupport */
byte given;         /* what the thread waits for */
byte got;
byte excuses = 1;   /* how often a wait may still end for no reason, such as a timeout */
byte failures = 1;  /* how many wakes of a watcher may still fail */
byte refusals = 1;  /* how many watchers may still fail to start */
byte errors = 1;    /* how many looks of a watcher may still fail */

bool watcher;       /* WaitWatch.watcher: there is one */
bool dozing;        /* Watcher.dozing */
bool starts;        /* its thread has been started and does not run yet */

bool woken;         /* the wake that goes with LEAVING has been done */

inline wake() {
  asleep = false
}

/* WaitWatch.start */
inline start() {
  atomic {
    if
    :: !watcher ->
      fresh = true;
#ifdef BORN_AWAKE
      dozing = false;
#else
      dozing = true;
#endif
      watcher = true
    :: else
    fi
  };
  if
  :: fresh -> starts = true
  :: atomic { fresh && refusals > 0 -> refusals--; watcher = false }
  :: !fresh
  fi;
  fresh = false
}

/* WaitWatch.begin, but for the start, which the other thread does */
inline begin() {
  if
#ifdef NO_LIMIT
  :: !watcher -> limited = false
#else
  :: !watcher -> limited = true
#endif
#ifdef NO_LIMIT_IN_A_DOZE
  :: watcher -> limited = false
#else
  :: watcher -> limited = dozing
#endif
  fi
}

/* Parker.unpark */
inline unpark() {
  d_step { old = word; word = NOTIFIED };
  if
#ifdef LEAVING_IS_AWAKE
  :: old == PARKED -> wake()
#else
  :: old == PARKED || old == LEAVING -> wake()
#endif
#ifdef ONE_PLACE
  :: old == VISIBLE -> wake()
#else
  :: old == VISIBLE -> permit = true
#endif
  :: else
  fi;
  old = 0
}

/* NativeParker.park */
inline park() {
#ifdef ASKED_EARLY
  begin();
#endif
  d_step {
    old = word;
    if
    :: old == NOTIFIED -> word = EMPTY
    :: else -> word = PARKED
    fi
  };
  if
  :: old == NOTIFIED
  :: else ->
#ifndef ASKED_EARLY
    begin();
#endif
    d_step { asleep = (word == PARKED) };
    if
    :: !asleep
    :: atomic { excuses > 0 -> excuses--; asleep = false }
    :: atomic { limited && asleep -> asleep = false; over = true }
    fi;
    do
    :: old = word;
      if
      :: old == LEAVING || (old == PARKED && over) ->
#ifdef BLIND_THREAD
        word = VISIBLE;
        visible = true;
        break
#else
        d_step {
                visible = (word == old);
          if
          :: visible -> word = VISIBLE
          :: else
          fi
        };
        if
        :: visible -> break
        :: else
        fi
#endif
      :: else -> break
      fi
    od;
    if
    :: visible ->
      if
      :: atomic { permit -> permit = false }
      :: atomic { excuses > 0 -> excuses-- }
      fi
    :: else
    fi;
    d_step { visible = false; over = false; word = EMPTY }
  fi;
  d_step { limited = false; old = 0 }
}

active proctype Thread() {
  byte old;
  bool visible, limited, over;
  do
  :: got == GIVEN -> break
  :: got < GIVEN ->
    if
    :: given > got -> got++
    :: else -> park()
    fi
  od
}

active proctype Early() {
  byte old, i;
  for (i : 1 .. EARLY) {
    atomic { given++ };
    unpark()
  }
}

active proctype Late() {
  byte old;
  atomic { word == VISIBLE && got == EARLY -> given++ };
  unpark()
}

/* Its waits find no watcher, and start one. */
active proctype Other() {
  bool fresh;
  byte i;
  for (i : 1 .. 2) {
    start()
  }
}

/* WaitWatch.Watcher; one and the next, since to go is the last that one does. */
active proctype Watcher() {
  byte state;
  bool leaves;
end:
  atomic { starts -> starts = false };
  dozing = false;
look:
  state = word;
  if
  :: atomic { errors > 0 -> errors-- };
#ifdef DIES
    goto go
#else
    goto look
#endif
  :: state == PARKED ->
#ifndef WOKEN_ALREADY
    woken = false;
#endif
#ifdef BLIND_WATCHER
    leaves = true;
    word = LEAVING
#else
    d_step {
      leaves = (word == PARKED);
      if
      :: leaves -> word = LEAVING
      :: else
      fi
    }
#endif
  :: state == LEAVING && !woken -> leaves = true
  :: else -> goto nobody
  fi;
  if
  :: !leaves
  :: leaves -> wake(); woken = true
#ifdef NO_SECOND_TRY
  :: atomic { leaves && failures > 0 -> failures-- }; woken = true
#else
  :: atomic { leaves && failures > 0 -> failures-- }
#endif
  fi;
  leaves = false;
  dozing = false;
  goto look;
nobody:
  if
  :: !dozing ->
    dozing = true;
#ifdef GOES_WITHOUT_A_LOOK
    goto go
#else
    goto look
#endif
  :: dozing
  fi;
go:
  state = EMPTY;
  watcher = false;
  goto end
}
