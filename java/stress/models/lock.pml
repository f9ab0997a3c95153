/*
 * A lock whose waiters are in an AcquireQueue, and three threads that lock and unlock it. Names are
 * those of the Java code (OwnedLock, WaitQueue, AcquireQueue).
 *
 * The model that includes this includes lock-state.pml first and then defines
 *   ROUNDS    how often a thread locks and unlocks
 *   free()    the release of the state and the light fence
 *   look()    noteSize(), with what fences it
 *   fence()   the waiter's fence, between what it publishes and its look at the state
 *   ELECTIONS to have newcomers spin, and be elected
 *
 * The list with its inbox and its lock is one step here: a waiter is listed or it is not, and a
 * wake takes any of those listed.
 *
 * Properties
 *   P1  At most one thread holds the lock.
 *   P2  When nothing can happen any more, the lock is free, nobody waits, and no heir is noted.
 *   P3  What the fences promise: when fence() ends, each release that has found the queue empty, at
 *       a time when it was, has reached memory.
 *   P4  No more than MAX_ELECTIONS elected newcomers in a row acquire the lock past those listed.
 */

/* AcquireQueue.wakeHeir, WaitQueue.serve, AcquireQueue.unclaimed */
inline wakeHeir() {
  cas(ok, HEIR, 0, 1);
  do
  :: !ok -> break
  :: ok ->
    atomic {
      drained(_pid) ->
      if
      :: waiting[0] -> waiting[0] = false; break
      :: waiting[1] -> waiting[1] = false; break
      :: waiting[2] -> waiting[2] = false; break
      :: !hasListed
      fi
    }
    d_step { drained(_pid) -> memory[HEIR] = 0 }
#ifdef UNCLAIMED_DOES_NOT_LOOK
    ok = false;
#else
    fence();
    ok = hasListed;
    if
    :: ok -> load(state, STATE); ok = (state == FREE)
    :: else
    fi;
    if
    :: ok -> cas(ok, HEIR, 0, 1)
    :: else
    fi
#endif
  od;
  state = 0;
  ok = false
}

inline heirGone() {
  if
  :: isHeir -> d_step { drained(_pid) -> memory[HEIR] = 0; isHeir = false }
  :: else
  fi
}

/* WaitQueue.announce, once in a wait */
inline announce() {
  if
  :: announced
  :: else -> d_step { drained(_pid) -> size++; announced = true }
  fi
}

/*
 * AcquireQueue.spin of a newcomer: one more attempt, as the heir if others wait and there is none. The
 * test of elections and of heir is one step with the compare-and-set; see README, what is left out.
 */
inline spin() {
  if
  :: d_step { size > 0 && memory[HEIR] == 0 && mayElect && drained(_pid) ->
       memory[HEIR] = 1; isHeir = true; elections++ }
  :: skip
  fi;
  cas(ok, STATE, FREE, HELD)
#ifndef ELECTED_STAYS_HEIR
  ;
  if
  :: ok ->
    if
    :: isHeir && hasListed -> d_step { past++; assertP4 }
    :: else
    fi;
    if
    :: isHeir -> store(HEIR, 0); isHeir = false
    :: else
    fi
  :: else
  fi
#endif
}

/* AcquireQueue.stepDown, passOn */
inline stepDown() {
  if
  :: isHeir ->
    heirGone();
    fence();
    load(state, HEIR);
    if
    :: state == 0 && hasListed ->
      load(state, STATE);
      if
      :: state == FREE -> wakeHeir()
      :: else
      fi;
      state = 0
    :: else
    fi
  :: else
  fi
}

/* AcquireQueue.spin, passOnUnseen: something is thrown at an elected newcomer */
inline resign() {
  heirGone();
#ifndef RESIGNS_UNSEEN
  full_fence();
  load(state, HEIR);
  if
  :: state == 0 && hasListed -> wakeHeir()
  :: else
  fi
#endif
}

/* AcquireQueue.contend, leave */
inline contend() {
#ifdef BARRIER_READ_EARLY
  early = barrier;
#endif
  do
  :: d_step { drained(_pid) -> waiting[_pid] = true }
#ifndef ANNOUNCED_LATE
    announce();
#endif
#ifndef HEIR_CLEARED_LATE
    heirGone();
#endif
    fence();
    assertP3;
    cas(ok, STATE, FREE, HELD);
    if
    :: ok -> d_step { isHeir = !waiting[_pid]; waiting[_pid] = false }; break
    :: else
    fi;
#ifdef HEIR_CLEARED_LATE
    heirGone();
#endif
#ifdef ANNOUNCED_LATE
    announce();
#endif
    !waiting[_pid];  /* parked */
    isHeir = true;
    cas(ok, STATE, FREE, HELD);
    if
    :: ok -> d_step { elections = 0; past = 0 }; break
    :: else
    fi
  od;
  heirGone();
  if
  :: announced -> d_step { announced = false; size-- }
  :: else
  fi
}

/* OwnedLock.replace, wakeNext, AcquireQueue.released */
inline unlock() {
#ifdef LOOK_BEFORE_RELEASE
  noteSize();
  free();
#else
  free();
  look();
#endif
  if
  :: seen == 0
  :: seen > 0 ->
    load(state, HEIR);
    if
    :: state != 0
    :: state == 0 -> wakeHeir()
    fi
  fi;
  state = 0;
  seen = 0
}

active [THREADS] proctype Thread() {
  bool ok, isHeir, announced;
  byte state, seen, todo, s, round;
#ifdef BARRIER_READ_EARLY
  bool early;
#endif
  do
  :: round < ROUNDS ->
    round++;
    cas(ok, STATE, FREE, HELD);
    if
    :: ok
#ifdef ELECTIONS
    :: else ->
      spin();
      if
      :: ok
      :: !ok -> stepDown(); contend()
      :: !ok && isHeir -> resign(); goto next
      fi
#else
    :: else -> contend()
#endif
    fi;
    d_step { ok = false; inside++; assertP1 }
    inside--;
    unlock();
next:
    skip
  :: else -> break
  od
}

active proctype Rest() {
  run Memory();
  timeout;
  assertP2
}
