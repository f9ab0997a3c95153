/*
 * pthread.c: the platform's own lock on Linux, a default pthread_mutex_t.
 *
 * The functions are declared here, weak and without <pthread.h>, so that the file carries neither a
 * dependency nor a symbol version: the process has a C library already, glibc or musl, and that one
 * is meant. pawl_os_size() is enough for the mutex of either on both CPUs.
 */
#include "internal.h"

#define OS_LOCK_SIZE 64

#define WEAK __attribute__((weak))

WEAK int pthread_mutex_init(void *mutex, const void *attributes);
WEAK int pthread_mutex_destroy(void *mutex);
WEAK int pthread_mutex_lock(void *mutex);
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
    return OS_LOCK_SIZE;
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

int32_t pawl_os_trylock(int64_t address)
{
    return call(pthread_mutex_trylock, address);
}

int32_t pawl_os_unlock(int64_t address)
{
    return call(pthread_mutex_unlock, address);
}
