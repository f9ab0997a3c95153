/*
 * The grace periods of Rcu with symmetric fences; see grace.pml.
 *
 * Mutant ENTERS_UNFENCED: a reader reads the data without a fence after it has stored its stamp.
 * Mutant LEAVES_UNFENCED: a leaver looks whether a leader sleeps without a fence.
 * Mutant STAMP_OF_ONE_BIT: the counter of periods has one bit, and is flipped once for each.
 */
#define light() full_fence()
#define heavy() full_fence()
#define heavyAgain() full_fence()

#include "grace.pml"
