/*
 * bsd.c: what FreeBSD and OpenBSD have in common: their own lock, a default pthread_mutex_t, and what
 * they lack.
 *
 * Neither moves a waiter on condition that the word still holds a value, waits for several words, or
 * has a lock with priority inheritance that is a plain word; neither has locks of open file
 * descriptions. FreeBSD has membarrier(2) since 14.1, but a kernel without it ends the process that
 * asks.
 *
 * The functions of pthread are weak: the process has the C library already.
 */
#include "internal.h"

#include <errno.h>
#include <pthread.h>

#pragma weak pthread_mutex_init
#pragma weak pthread_mutex_destroy
#pragma weak pthread_mutex_lock
#pragma weak pthread_mutex_trylock
#pragma weak pthread_mutex_unlock

/* Linux's number for a robust lock that nobody can lock any more. */
#define LINUX_ENOTRECOVERABLE 131

/* Linux's number for an error of these systems, negated. */
static int32_t negated(int error)
{
    switch (error) {
    case EDEADLK:
        return PAWL_EDEADLK;
    case EAGAIN:
        return PAWL_EAGAIN;
    case EOWNERDEAD:
        return PAWL_EOWNERDEAD;
    case ENOTRECOVERABLE:
        return -LINUX_ENOTRECOVERABLE;
    default:
        return error < EAGAIN ? -error : PAWL_EIO;
    }
}

static int32_t call(int (*function)(pthread_mutex_t *), int64_t address)
{
    if (!pawl_is_os_lock(address)) {
        return PAWL_EINVAL;
    }
    return function == 0 ? PAWL_ENOSYS : negated(function((pthread_mutex_t *)(intptr_t)address));
}

int32_t pawl_os_size(void)
{
    return (int32_t)sizeof(pthread_mutex_t);
}

int32_t pawl_os_alignment(void)
{
    return (int32_t)_Alignof(pthread_mutex_t);
}

int32_t pawl_os_init(int64_t address)
{
    if (!pawl_is_os_lock(address)) {
        return PAWL_EINVAL;
    }
    return pthread_mutex_init == 0
               ? PAWL_ENOSYS
               : negated(pthread_mutex_init((pthread_mutex_t *)(intptr_t)address, 0));
}

int32_t pawl_os_destroy(int64_t address)
{
    return call(pthread_mutex_destroy, address);
}

int32_t pawl_os_lock(int64_t address)
{
    return call(pthread_mutex_lock, address);
}

/* pthread_mutex_timedlock is on the clock of the wall. */
int32_t pawl_os_lock_until(int64_t address, int64_t deadline)
{
    return deadline == PAWL_FOREVER ? pawl_os_lock(address) : PAWL_ENOSYS;
}

int32_t pawl_os_trylock(int64_t address)
{
    return call(pthread_mutex_trylock, address);
}

int32_t pawl_os_unlock(int64_t address)
{
    return call(pthread_mutex_unlock, address);
}

int32_t pawl_requeue(int64_t from, int32_t expected, int32_t wake, int32_t move, int64_t to,
                     int32_t flags)
{
    (void)expected;
    return pawl_is_word(from) && pawl_is_word(to) && pawl_is_flags(flags) && wake >= 0 && move >= 0
               ? PAWL_ENOSYS
               : PAWL_EINVAL;
}

int32_t pawl_waitv(int64_t waiters, int32_t count, int64_t deadline)
{
    (void)waiters;
    (void)count;
    (void)deadline;
    return PAWL_ENOSYS;
}

int32_t pawl_barrier_register(void)
{
    return PAWL_ENOSYS;
}

int32_t pawl_barrier(void)
{
    return PAWL_ENOSYS;
}

int32_t pawl_pi_lock(int64_t address, int64_t deadline, int32_t flags)
{
    (void)address;
    (void)deadline;
    (void)flags;
    return PAWL_ENOSYS;
}

int32_t pawl_pi_trylock(int64_t address, int32_t flags)
{
    (void)address;
    (void)flags;
    return PAWL_ENOSYS;
}

int32_t pawl_pi_unlock(int64_t address, int32_t flags)
{
    (void)address;
    (void)flags;
    return PAWL_ENOSYS;
}

int64_t pawl_peer_open(int64_t path)
{
    (void)path;
    return PAWL_ENOSYS;
}

int64_t pawl_peer_reopen(int32_t descriptor)
{
    (void)descriptor;
    return PAWL_ENOSYS;
}

int32_t pawl_peer_close(int64_t peer)
{
    (void)peer;
    return PAWL_ENOSYS;
}

int32_t pawl_peer_at(int64_t peer, int64_t path)
{
    (void)peer;
    (void)path;
    return PAWL_ENOSYS;
}

int32_t pawl_peer_claim(int64_t peer, int32_t slot)
{
    (void)peer;
    (void)slot;
    return PAWL_ENOSYS;
}

int32_t pawl_peer_alive(int64_t peer, int32_t slot)
{
    (void)peer;
    (void)slot;
    return PAWL_ENOSYS;
}

int32_t pawl_peer_init_lock(int64_t peer, int32_t take)
{
    (void)peer;
    (void)take;
    return PAWL_ENOSYS;
}
