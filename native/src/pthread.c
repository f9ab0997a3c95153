/*
 * pthread.c: the platform's own lock on Linux, a default pthread_mutex_t.
 *
 * The functions are declared here, weak and without <pthread.h>, so that the file carries neither a
 * dependency nor a symbol version: the process has a C library already, glibc or musl, and that one
 * is meant.
 *
 * pthread_mutex_clocklock takes a deadline on CLOCK_MONOTONIC; musl and glibc before 2.30 have only
 * pthread_mutex_timedlock, on CLOCK_REALTIME. So have locks with priority inheritance of C code
 * with glibc before 2.34 or a kernel before 5.14: of them pthread_mutex_clocklock says EINVAL.
 */
#include "linux_clock.h"

#define WEAK __attribute__((weak))

/* Only glibc has it. */
WEAK const char *gnu_get_libc_version(void);

WEAK int pthread_mutex_init(void *mutex, const void *attributes);
WEAK int pthread_mutex_destroy(void *mutex);
WEAK int pthread_mutex_lock(void *mutex);
WEAK int pthread_mutex_clocklock(void *mutex, int clock, const struct pawl_timespec *deadline);
WEAK int pthread_mutex_timedlock(void *mutex, const struct pawl_timespec *deadline);
WEAK int pthread_mutex_trylock(void *mutex);
WEAK int pthread_mutex_unlock(void *mutex);

/* The negated result of calling function with the mutex at address. */
static int32_t call(int (*function)(void *), int64_t address)
{
    if (!pawl_is_os_lock(address)) {
        return PAWL_EINVAL;
    }
    return function == 0 ? PAWL_ENOSYS : -function((void *)(intptr_t)address);
}

int32_t pawl_os_size(void)
{
#if defined(__x86_64__)
    return 40;
#else
    return gnu_get_libc_version != 0 ? 48 : 40;
#endif
}

int32_t pawl_os_alignment(void)
{
    return 8;
}

int32_t pawl_os_init(int64_t address)
{
    if (!pawl_is_os_lock(address)) {
        return PAWL_EINVAL;
    }
    return pthread_mutex_init == 0 ? PAWL_ENOSYS
                                   : -pthread_mutex_init((void *)(intptr_t)address, 0);
}

int32_t pawl_os_destroy(int64_t address)
{
    return call(pthread_mutex_destroy, address);
}

int32_t pawl_os_lock(int64_t address)
{
    return call(pthread_mutex_lock, address);
}

/* Stores deadline as a time that has a place in a timespec and never is none. */
static const struct pawl_timespec *timeout(struct pawl_timespec *storage, int64_t deadline)
{
    pawl_kernel_deadline(storage, deadline < PAWL_FOREVER ? deadline : PAWL_FOREVER - 1);
    return storage;
}

int32_t pawl_os_lock_until(int64_t address, int64_t deadline)
{
    if (deadline == PAWL_FOREVER) {
        return pawl_os_lock(address);
    }
    if (!pawl_is_os_lock(address)) {
        return PAWL_EINVAL;
    }
    void *mutex = (void *)(intptr_t)address;
    struct pawl_timespec storage;
    if (pthread_mutex_clocklock != 0) {
        int result =
            pthread_mutex_clocklock(mutex, PAWL_CLOCK_MONOTONIC, timeout(&storage, deadline));
        if (-result != PAWL_EINVAL) {
            return -result;
        }
    }
    if (pthread_mutex_timedlock == 0) {
        return PAWL_ENOSYS;
    }
    for (;;) {
        int result = pthread_mutex_timedlock(mutex, timeout(&storage, pawl_realtime(deadline)));
        if (-result != PAWL_ETIMEDOUT || pawl_has_passed(deadline)) {
            return -result;
        }
    }
}

int32_t pawl_os_trylock(int64_t address)
{
    return call(pthread_mutex_trylock, address);
}

int32_t pawl_os_unlock(int64_t address)
{
    return call(pthread_mutex_unlock, address);
}
