/*
 * A thread that parks on its native word, those that unpark it, and the watcher that has it go on in LockSupport
 * (NativeParker, LongWaits). Every access to the word and to the watcher's flag is a read-modify-write or
 * volatile, so there are no store buffers.
 *
 * P1  The thread gets all that is given to it. The last is not given before the thread has been seen in
 *     LockSupport: so a wait that lasts becomes visible.
 *
 * Mutant BLIND_WATCHER: LEAVING is stored without a comparison.
 * Mutant BLIND_THREAD: VISIBLE is stored without a comparison.
 * Mutant LEAVING_IS_AWAKE: an unpark that replaces LEAVING wakes nobody.
 * Mutant ONE_PLACE: an unpark that replaces VISIBLE wakes the word.
 * Mutant NO_SECOND_TRY: a watcher whose wake has failed leaves it at that.
 * Mutant GOES_WITHOUT_A_LOOK: a watcher that goes does not look once more.
 * Mutant ASKED_EARLY: the thread sees to a watcher before it is PARKED.
 */

#define EARLY 2     /* given at any time */
#define GIVEN 3

#define EMPTY 0
#define NOTIFIED 1
#define PARKED 2
#define LEAVING 3
#define VISIBLE 4

#define isNative(state) (state == PARKED || state == LEAVING)

byte word;
bool asleep;        /* in the native wait */
bool permit;        /* of LockSupport */
byte given;         /* what the thread waits for */
byte got;
byte excuses = 1;   /* how often a wait may still end for no reason, such as a timeout */
byte failures = 1;  /* how many wakes of a watcher may still fail */
bool watched;       /* LongWaits.WATCHER */
byte starts;        /* watchers that have been started and do not run yet */

inline wake() {
  asleep = false
}

/* LongWaits.begin */
inline begin() {
  atomic {
    if
    :: !watched -> watched = true; starts++
    :: else
    fi
  }
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
    fi;
#ifdef BLIND_THREAD
    visible = (word == LEAVING);
    if
    :: visible -> word = VISIBLE
    :: else
    fi;
#else
    d_step {
      visible = (word == LEAVING);
      if
      :: visible -> word = VISIBLE
      :: else
      fi
    };
#endif
    if
    :: visible ->
      if
      :: atomic { permit -> permit = false }
      :: atomic { excuses > 0 -> excuses-- }
      fi
    :: else
    fi;
    visible = false;
    word = EMPTY
  fi;
  old = 0
}

active proctype Thread() {
  byte old;
  bool visible;
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

/* LongWaits.Watcher; two, since one may be about to go while the next one runs. */
active [2] proctype Watcher() {
  bool seen;
end:
  atomic { starts > 0 -> starts-- };
look:
#ifdef BLIND_WATCHER
  if
  :: word == PARKED ->
    word = LEAVING;
    goto tell
#else
  if
  :: atomic { word == PARKED -> word = LEAVING };
    goto tell
#endif
#ifndef NO_SECOND_TRY
  :: word == LEAVING && asleep -> goto tell
#endif
  :: !isNative(word) -> goto go
  fi;
tell:
  if
  :: wake()
  :: atomic { failures > 0 -> failures-- }
  fi;
  goto look;
go:
  watched = false;
#ifndef GOES_WITHOUT_A_LOOK
  seen = isNative(word);
  atomic {
    if
    :: seen && !watched -> watched = true; seen = false; goto look
    :: else -> seen = false
    fi
  };
#endif
  goto end
}
