/*
 * The grace periods of Rcu with asymmetric fences; see grace.pml.
 *
 * Mutant HEAVY_IS_FULL: the leader's fence before it looks is a full fence of its own.
 * Mutant HEAVY_AGAIN_IS_FULL: the leader's fence before it sleeps is a full fence of its own.
 * Mutant READS_EARLY: a reader reads the data before it stores its stamp.
 * Mutant STAMP_OF_ONE_BIT: the counter of periods has one bit, and is flipped once for each.
 * Mutant AWAITED_EARLY: the leader says that it sleeps before its heavy fence.
 * Mutant LEAVER_UNFENCED: a leaver looks at the other readers without a full fence.
 * Mutant FLIP_EARLY: the sides are flipped before the period is counted.
 * Mutant FLIP_UNCHECKED: the sides are flipped although somebody is on the closed one.
 */
#define light() skip

#ifdef HEAVY_IS_FULL
#define heavy() full_fence()
#else
#define heavy() membarrier(todo)
#endif
#ifdef HEAVY_AGAIN_IS_FULL
#define heavyAgain() full_fence()
#else
#define heavyAgain() membarrier(todo)
#endif

#include "grace.pml"
