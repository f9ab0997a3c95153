/*
 * Fences that become asymmetric while locks are in use, and symmetric again when a call fails, which
 * each call may, the first one before the fences have become asymmetric. The compiler may move the
 * releaser's read of asymmetric before its store, but not across a safepoint: a thread is not stopped
 * between the two in that order. A store of asymmetric is one step here, for a full fence or the end
 * of the monitor follows it.
 *
 * Mutant LIGHT_SIDE_FIRST: asymmetric is set before barrier.
 * Mutant BARRIER_READ_EARLY: a waiter reads barrier before it announces itself.
 * Mutant BARRIER_CLEARED_FIRST: barrier is cleared before asymmetric.
 * Mutant NO_SAFEPOINT: barrier is cleared though some threads may not have fenced.
 * Mutant NO_MONITOR: a waiter falls back between the two stores of useBarrier.
 * Mutant FAILURE_NOT_AWAITED: a waiter whose call has failed does not wait until another fell back.
 */
#include "lock-state.pml"

#define ROUNDS 1

bool asymmetric;
bool barrier;
bool entered;           /* the monitor of useBarrier and fallBack */
bool hoisted[THREADS];  /* has read asymmetric and will store next */

/* OwnedLock.replace, Fences.light */
inline free() {
  if
  :: atomic { s = asymmetric; hoisted[_pid] = true }
    atomic { store(STATE, FREE); hoisted[_pid] = false }
  :: store(STATE, FREE); s = asymmetric
  fi;
  if
  :: s
  :: !s -> full_fence()
  fi;
  s = 0
}

#ifdef BARRIER_READ_EARLY
#define isHeavyDear early
#else
#define isHeavyDear barrier
#endif

/* Nobody has a buffered store when entering or leaving. */
inline enterMonitor() {
#ifdef NO_MONITOR
  skip
#else
  d_step { !entered -> entered = true }
#endif
}

inline exitMonitor() {
#ifdef NO_MONITOR
  skip
#else
  entered = false
#endif
}

/* Fences.heavy */
inline heavy() {
  atomic { full_fence(); ok = isHeavyDear }
  if
  :: !ok
  :: ok -> membarrier(todo)
  :: ok -> fallBack()
#ifdef FAILURE_NOT_AWAITED
  :: ok && entered
#endif
  fi
}

/* Fences.fallBack */
inline fallBack() {
  enterMonitor();
  if
  :: !barrier
  :: barrier ->
#ifdef BARRIER_CLEARED_FIRST
    barrier = false;
#endif
    asymmetric = false;
#ifndef NO_SAFEPOINT
    todo = (1 << PROCS) - 1;
    do
    :: atomic { (todo & 1) && drained(0) && !hoisted[0] -> todo = todo & ~1 }
    :: atomic { (todo & 2) && drained(1) && !hoisted[1] -> todo = todo & ~2 }
    :: atomic { (todo & 4) && drained(2) && !hoisted[2] -> todo = todo & ~4 }
    :: todo == 0 -> break
    od;
#endif
    barrier = false
  fi;
  exitMonitor()
}

#include "stage.pml"
#include "lock.pml"

/* Fences.useBarrier */
active proctype Selection() {
  enterMonitor();
#ifdef LIGHT_SIDE_FIRST
  asymmetric = true;
  barrier = true;
#else
  barrier = true;
  asymmetric = true;
#endif
  exitMonitor()
}
