/*
 * A release that executes no fence, against waiters that execute a heavy one each time.
 *
 * Mutant HEAVY_IS_FULL: the waiter's fence is a full fence of its own.
 * Mutant LOOK_BEFORE_RELEASE: a release looks into the queue before it frees the state.
 * Mutant HEIR_CLEARED_LATE: the heir lists itself, looks at the state, and then clears heir.
 * Mutant UNCLAIMED_DOES_NOT_LOOK: a wake that finds nobody clears heir and looks no more.
 * Mutant ELECTED_STAYS_HEIR: a newcomer that was elected and has acquired the lock does not clear heir.
 * Mutant ELECTIONS_WITHOUT_END: newcomers are elected however many have been.
 * Mutant RESIGNS_UNSEEN: an elected newcomer at which something is thrown clears heir and looks no more.
 * Mutant ANNOUNCED_LATE: a waiter that has been listed looks at the state, and then announces itself.
 */
#include "lock-state.pml"

#define ROUNDS 2
#define ELECTIONS

inline free() {
  store(STATE, FREE)
}

inline look() {
  noteSize()
}

inline fence() {
#ifdef HEAVY_IS_FULL
  full_fence()
#else
  membarrier(todo)
#endif
}

#include "lock.pml"
