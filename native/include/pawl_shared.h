/*
 * pawl_shared.h: the locks of io.pawl.shared for C and C++ programs.
 *
 * A region is a file, mapped by every program that takes part, that holds locks under names. Java
 * programs use it through io.pawl.shared, C and C++ programs through this header, all of them at
 * once. A process that is killed while it holds a lock does not take the lock with it: the next who
 * wants the lock is told, by PAWL_OWNER_DIED, that what the lock guards may be half changed.
 *
 *     struct pawl_shared_region region;
 *     struct pawl_shared_mutex orders;
 *     if (pawl_shared_attach(&region, "/dev/shm/shop", "worker") != 0
 *         || pawl_shared_mutex_find(&orders, &region, "orders") != 0) {
 *         return 1;
 *     }
 *     int32_t result = pawl_shared_mutex_lock(&orders, PAWL_FOREVER);
 *     if (result == PAWL_OWNER_DIED) {
 *         pawl_shared_mutex_lock_forced(&orders, PAWL_FOREVER);
 *         repair();
 *         pawl_shared_mutex_clear_poison(&orders);
 *     }
 *     work();
 *     pawl_shared_mutex_unlock(&orders);
 *     pawl_shared_detach(&region);
 *
 * Nothing is linked. For Linux and macOS 14.4, on little-endian machines of 64 bits, with GCC or
 * Clang; POSIX.1-2008 has to be visible, as it is unless -std=c11 hides it.
 *
 * Results are 0, 1 for a yes, or a negative number of pawl.h or below; errno is left alone.
 * Deadlines are those of pawl.h: absolute nanoseconds of CLOCK_MONOTONIC, PAWL_FOREVER for none.
 *
 * Who may write to the file can break exclusion, keep locks for ever, and end with SIGBUS a C
 * program that has the file mapped, by making it shorter; it cannot make this header write outside
 * of the mapping. Map memory that is sealed against shrinking (pawl_shared_attach_descriptor) where
 * that matters. In a child made by fork a region is void until it attaches by itself; while such a
 * child lives, its parent looks alive.
 */
#ifndef PAWL_SHARED_H
#define PAWL_SHARED_H

#include "pawl_shared/condvar.h"
#include "pawl_shared/create.h"
#include "pawl_shared/mutex.h"
#include "pawl_shared/rwlock.h"
#include "pawl_shared/semaphore.h"
#include "pawl_shared/seqlock.h"

#endif
