/*
 * A thread that is to sleep for long, two that wake it and may fail, one that comes and goes, and the thread that makes
 * up for wakes that have failed (Rescuer, OwedWakes). Every access to the states is volatile or a read-modify-write,
 * so there are no store buffers. Each start of the rescuer may fail, and so many wakes. There is one parker, so
 * the lists of OwedWakes are two bits: it is in the stack, or in the hands of who pays. Timers end when nobody else
 * can do anything, which is the latest.
 *
 * P1  The thread gets all that is given to it.
 *
 * Mutant GOES_AT_ONCE: the rescuer ends without a look after it has said that it does.
 * Mutant COUNTED_LATE: who is to sleep looks for the rescuer before it is counted.
 * Mutant STARTING_RUNS: who is to sleep trusts a rescuer that is only about to be started.
 * Mutant ENDING_RUNS: who is to sleep trusts a rescuer that is about to end.
 * Mutant NO_LIMIT: who finds no rescuer sleeps for as long as it likes.
 * Mutant BLIND_SETTLE: who has paid does not look whether another wake has failed meanwhile.
 * Mutant KNOWN_TRIED: a wake that fails while an earlier one is tried again is taken for known.
 */

#define GIVEN 2

/* Rescuer.state */
#define NONE 0
#define STARTING 1
#define RUNS 2
#define ENDING 3

/* Parker.owed */
#define SETTLED 0
#define OWES 1
#define TRIED 2
#define AGAIN 3

byte state;
byte counted;       /* Rescuer.sleepers */
bool starts;        /* its thread has been started and does not run yet */

byte owed;
bool listed;        /* in OwedWakes.top */
bool held;          /* in rest, tried or failed */
bool paying;

bool permit;        /* of the parker */
byte given;
byte got;
byte failures = 2;  /* how many wakes may still fail */

/* Rescuer.start */
inline start() {
  d_step {
    fresh = (state == NONE);
    if
    :: fresh -> state = STARTING
    :: else
    fi
  };
  if
  :: fresh -> starts = true
  :: fresh -> state = NONE
  :: !fresh
  fi;
  fresh = false
}

/* OwedWakes.pay */
inline payOwed() {
  d_step {
    mine = !paying;
    paying = true
  };
  if
  :: mine ->
    if
    :: atomic { listed || held -> held = true; listed = false };
      owed = TRIED;
      if
      :: permit = true;
#ifdef BLIND_SETTLE
        owed = SETTLED;
        held = false
#else
        d_step {
          if
          :: owed == TRIED -> owed = SETTLED; mine = false
          :: else
          fi
        };
        if
        :: !mine -> held = false
        :: mine
        fi
#endif
      :: atomic { failures > 0 -> failures-- }
      fi
    :: else
    fi;
    paying = false
  :: else
  fi;
  mine = false
}

/* Rescuer.pay */
inline pay() {
  if
  :: (listed || held) && state != RUNS ->
    payOwed();
    if
    :: listed || held -> start()
    :: else
    fi
  :: else
  fi
}

/* OwedWakes.add */
inline add() {
  do
  :: d_step { owed == SETTLED -> owed = OWES }; listed = true; break
#ifndef KNOWN_TRIED
  :: d_step { owed == TRIED -> owed = AGAIN }; break
  :: atomic { owed == OWES || owed == AGAIN -> break }
#else
  :: atomic { owed != SETTLED -> break }
#endif
  od
}

/* Parker.unpark; the second attempt of Rescuer.add fails with the first. */
inline unpark() {
  if
  :: permit = true; pay()
  :: atomic { failures > 0 -> failures-- };
    add();
    start()
  fi
}

/* Rescuer.enter */
inline enter() {
#ifdef COUNTED_LATE
  runs = (state == RUNS);
  counted++;
#else
  counted++;
  d_step {
    runs = (state == RUNS);
#ifdef STARTING_RUNS
    runs = runs || state == STARTING;
#endif
#ifdef ENDING_RUNS
    runs = runs || state == ENDING;
#endif
  };
#endif
  if
  :: runs
  :: else ->
    pay();
    start()
  fi
}

active proctype Thread() {
  bool runs, fresh, mine;
  do
  :: got == GIVEN -> break
  :: got < GIVEN ->
    if
    :: given > got -> got++
    :: given == got ->
      enter();
      if
      :: atomic { permit -> permit = false }
#ifndef NO_LIMIT
      :: !runs && timeout
#endif
      fi;
      counted--;
      runs = false
    fi
  od
}

active [GIVEN] proctype Waker() {
  bool fresh, mine;
  d_step { given++ };
  unpark()
}

/* Another that sleeps for a moment, so that there may be a rescuer already. */
active proctype Other() {
  bool runs, fresh, mine;
  enter();
  counted--
}

active proctype Rescuer() {
  bool mine;
end:
  atomic { starts -> starts = false };
  state = RUNS;
look:
  if
  :: listed || held -> payOwed(); goto look
  :: counted == 0 && !listed && !held -> goto over
  fi;
over:
#ifdef GOES_AT_ONCE
  state = NONE;
  goto end;
#else
  state = ENDING;
  if
  :: counted > 0 || listed || held -> state = RUNS; goto look
  :: else
  fi;
  state = NONE;
  goto end
#endif
}
