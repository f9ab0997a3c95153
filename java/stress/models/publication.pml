/*
 * The contended mode of a queue, in which waiters and releases execute full fences: entered by one
 * waiter or by several at once, left by any release that finds the queue empty, entered again.
 *
 * Mutant PHASE_READ_LATE: a release looks into the queue before it reads the phase.
 * Mutant ARMED_EARLY: a waiter sets ARMED before its heavy fence.
 * Mutant ARMING_TRUSTED: a waiter that finds ARMING does as if it were ARMED.
 * Mutant NO_EPOCHS: ARMED is set if the phase is ARMING, be it of a later epoch.
 */
#include "lock-state.pml"

#define ROUNDS 2

inline free() {
  store(STATE, FREE)
}

#define isHeavyDear true

inline heavy() {
  membarrier(todo)
}

#include "stage.pml"
#include "lock.pml"
