/*
 * shared-wake.pml: three processes with a slot each, of which nobody dies: wakes suffice without
 * slices, so that slices are for the dead alone.
 *
 * Mutant WAKE_FIRST: an unlock wakes, and then frees.
 * Mutant NO_WAITERS: who has slept takes the lock without WAITERS.
 */
#define IMMORTAL
#define SLOTS 3
#define NO_SLICES
#include "shared-lock.pml"
