/*
 * A fair lock (OwnedLock with a FairQueue) that three threads lock and unlock, one of them twice: looks that grant it,
 * releases that hand it over or free it by a plain store, and a thread that gives up. Names are those
 * of the Java code.
 *
 * A record that has given up stays in the list until it comes first; one at the end of its wait is not
 * used again. What is modelled step by step is the list's lock, the requests left to who has it, and
 * a grant: the state is had, the record is taken out, its status is compared and set.
 *
 * Properties
 *   P1  At most one thread holds the lock.
 *   P2  When nothing can happen any more, the lock is free and nobody waits.
 *
 * Mutant HEAVY_IS_FULL: the waiter's fence is a full fence of its own.
 * Mutant LOOK_BEFORE_RELEASE: a release looks into the queue before it frees the state.
 * Mutant ANNOUNCED_LATE: a waiter that has been listed looks at the state, and then announces itself.
 * Mutant NEWCOMER_DOES_NOT_LOOK: a waiter that has been listed does not have the queue looked at.
 * Mutant LOCKED_IS_ENOUGH: who finds the list locked leaves no request.
 * Mutant PUT_BACK_AND_GO: a look that has put the state back ends, and does not bring the list up to date.
 * Mutant TAKEN_AT_ONCE: a look gives the state to the first waiter without asking whether it has given up.
 * Mutant HAND_OFF_TO_NOBODY: a hand-off that finds nobody leaves the state held.
 */
#define THREADS 3
#define RECORDS 4

#define PROCS THREADS
#define CELLS 1
#define DEPTH 1

#define STATE 0
#define FREE 0
#define HELD 1

#define committed(t) skip

#include "tso.pml"

#define IDLE 0
#define WAITING 1
#define GRANTED 2
#define CANCELLED 3

byte size;                             /* announced, not departed */
chan inbox = [RECORDS] of { byte };    /* oldest first */
chan list = [RECORDS] of { byte };
bool locked;                           /* ctl: LOCKED */
bool request;                          /* ctl: looks asked for */
byte status[RECORDS];
byte inside;                           /* hold the lock */

inline fence() {
#ifdef HEAVY_IS_FULL
  full_fence()
#else
  membarrier(todo)
#endif
}

inline drain() {
  d_step {
    drained(_pid) ->
    do
    :: len(inbox) > 0 -> inbox?r; list!r
    :: else -> break
    od;
    r = 0
  }
}

/* The first that has not given up, or RECORDS; those before it are taken out. */
inline first() {
  d_step {
    r = RECORDS;
    do
    :: len(list) > 0 ->
      list?<r>;
      if
      :: status[r] == CANCELLED -> list?r; r = RECORDS
      :: else -> break
      fi
    :: else -> break
    od
  }
}

inline settle() {
  list?eval(r);
  d_step {
    drained(_pid) ->
#ifdef TAKEN_AT_ONCE
    ok = true;
    status[r] = GRANTED
#else
    ok = (status[r] == WAITING);
    if
    :: ok -> status[r] = GRANTED
    :: else
    fi
#endif
  }
}

/* FairQueue.next, as long as it grants nothing */
inline next() {
  do
  :: first();
    if
    :: r == RECORDS -> break
    :: else ->
      cas(ok, STATE, FREE, HELD);
      if
      :: !ok -> break
      :: else ->
        settle();
        if
        :: ok -> break
        :: else ->
          d_step { drained(_pid) -> memory[STATE] = FREE };
#ifdef PUT_BACK_AND_GO
          break
#else
          drain()
#endif
        fi
      fi
    fi
  od;
  r = 0;
  ok = false
}

/* WaitQueue.serve */
inline serve() {
  do
  :: atomic { drained(_pid) && request && !locked -> locked = true; request = false }
    drain();
    next();
    d_step { drained(_pid) -> locked = false }
  :: !request || locked -> break
  od
}

/* FairQueue.look, with the reads of hasListed */
inline look() {
  if
  :: len(inbox) > 0 -> ok = true
  :: len(inbox) == 0 ->
    if
    :: locked ->
#ifdef LOCKED_IS_ENOUGH
      ok = false
#else
      ok = true
#endif
    :: !locked -> ok = (len(list) > 0)
    fi
  fi;
  if
  :: ok ->
    ok = false;
    d_step { drained(_pid) -> request = true };
    serve()
  :: else
  fi
}

inline announce() {
  d_step { drained(_pid) -> size++ }
}

inline lookIfFree() {
  load(state, STATE);
  if
  :: state == FREE -> look()
  :: else
  fi;
  state = 0
}

/* The first thread locks twice, with a record for each time. */
#define rounds (_pid == 0 -> 2 : 1)
#define record (round * THREADS + _pid)
#define mine status[record]

/* FairQueue.contend; only the last thread gives up */
inline contend() {
  d_step { drained(_pid) -> mine = WAITING };
  d_step { drained(_pid) -> inbox!record };
#ifndef ANNOUNCED_LATE
  announce();
#endif
  fence();
#ifndef NEWCOMER_DOES_NOT_LOOK
  lookIfFree();
#endif
#ifdef ANNOUNCED_LATE
  announce();
#endif
  do
  :: mine == GRANTED -> acquired = true; break
  :: atomic {
      _pid == THREADS - 1 && drained(_pid) && mine == WAITING -> mine = CANCELLED
    }
    break
  od;
  atomic { drained(_pid) -> size-- }
  if
  :: !acquired -> look()
  :: else
  fi
}

inline free() {
#ifdef LOOK_BEFORE_RELEASE
  seen = size;
  store(STATE, FREE);
#else
  store(STATE, FREE);
  seen = size;
#endif
  if
  :: seen > 0 -> look()
  :: else
  fi
}

/* LockQueue.handOff; granted tells what came of it */
inline handOff() {
  atomic {
    drained(_pid) ->
    if
    :: !locked -> locked = true; ok = true
    :: else -> ok = false
    fi
  }
  if
  :: ok ->
    drain();
    do
    :: first();
      if
      :: r == RECORDS -> break
      :: else ->
        settle();
        if
        :: ok -> granted = true; break
        :: else
        fi
      fi
    od;
    r = 0;
    ok = false;
    d_step { drained(_pid) -> locked = false };
    serve()
  :: else
  fi
}

/* OwnedLock.release; the hand-off may be due at any time */
inline unlock() {
  if
  :: handOff();
    if
    :: granted -> granted = false
#ifdef HAND_OFF_TO_NOBODY
    :: else
#else
    :: else -> free()
#endif
    fi
  :: free()
  fi;
  seen = 0
}

active [THREADS] proctype Thread() {
  bool ok, acquired, granted;
  byte state, seen, todo, r, round;
  do
  :: round < rounds ->
    if
    :: size == 0 -> cas(acquired, STATE, FREE, HELD)
    :: size > 0
    fi;
    if
    :: acquired
    :: else -> contend()
    fi;
    if
    :: acquired ->
      acquired = false;
      d_step { inside++; assert(inside == 1) };
      inside--;
      unlock()
    :: else
    fi;
    round++
  :: else -> break
  od
}

active proctype Rest() {
  run Memory();
  timeout;
  assert(size == 0 && memory[STATE] == FREE && inside == 0)
}
