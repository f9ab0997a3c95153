/*
 * shared-mutex.pml: three processes with two slots lock once each, and up to two of them die at any
 * step: no two have the lock, none sleeps for ever, none finds half-changed data without having been
 * told.
 *
 * Mutant NO_SLICES: who sleeps waits for a wake alone.
 * Mutant NO_LOOK: a waiter compares generations, and does not look at the owner's byte.
 * Mutant OWNER_LATE: the lock is taken by one step, and the owner stored by the next.
 * Mutant NO_GENERATION: who claims a slot leaves its generation as it is.
 * Mutant GENERATION_FIRST: the byte is taken after the generation has gone up.
 * Mutant NO_ORPHAN: who takes the lock of the dead leaves no mark.
 * Mutant NOT_EXACT: the lock of the dead is taken from whoever has its slot now.
 */
#include "shared-lock.pml"
