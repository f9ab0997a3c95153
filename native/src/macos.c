/*
 * macos.c: os_sync_wait_on_address (macOS 14.4), before it the __ulock calls, and os_unfair_lock.
 *
 * The waits are found by name when the library is loaded, so one file runs on either side of 14.4.
 * std::atomic::wait of libc++ is itself made of the __ulock calls, but passes on neither a deadline
 * nor a count nor memory shared between processes, so the calls are made directly.
 *
 * There is no requeue, no wait on several words, no process-wide barrier, and no lock with priority
 * inheritance for a plain word that has a deadline; os_unfair_lock is the platform's own lock here.
 */
#include "internal.h"

#include <dlfcn.h>
#include <errno.h>
#include <os/lock.h>
#include <stddef.h>
#include <time.h>

/* From <os/os_sync_wait_on_address.h> and <os/clock.h>, which older SDKs lack. */
#define OS_SYNC_SHARED 1
#define OS_CLOCK_MACH_ABSOLUTE_TIME 32

typedef int (*sync_wait_function)(void *, uint64_t, size_t, uint32_t);
typedef int (*sync_timed_wait_function)(void *, uint64_t, size_t, uint32_t, uint32_t, uint64_t);
typedef int (*sync_wake_function)(void *, size_t, uint32_t);

/* A longer wait is made of several: the calls refuse or truncate times beyond their limits. */
#define LONGEST_WAIT_NANOS (100 * PAWL_NANOS_PER_SECOND)

/* The operations and flags of __ulock_wait and __ulock_wake; timeouts are in microseconds. */
#define UL_COMPARE_AND_WAIT UINT32_C(1)
#define UL_COMPARE_AND_WAIT_SHARED UINT32_C(3)
#define ULF_WAKE_ALL UINT32_C(0x100)
#define ULF_NO_ERRNO UINT32_C(0x01000000)

typedef int (*ulock_wait_function)(uint32_t, void *, uint64_t, uint32_t);
typedef int (*ulock_wake_function)(uint32_t, void *, uint64_t);

/*
 * Resolved while the library is loaded, before the first call, and never changed: the same in every
 * copy of the library.
 */
static sync_wait_function sync_wait;
static sync_timed_wait_function sync_timed_wait;
static sync_wake_function sync_wake_any;
static sync_wake_function sync_wake_all;
static ulock_wait_function ulock_wait;
static ulock_wake_function ulock_wake;

__attribute__((constructor)) static void resolve(void)
{
    sync_wait = (sync_wait_function)dlsym(RTLD_DEFAULT, "os_sync_wait_on_address");
    sync_timed_wait = (sync_timed_wait_function)dlsym(RTLD_DEFAULT,
                                                      "os_sync_wait_on_address_with_timeout");
    sync_wake_any = (sync_wake_function)dlsym(RTLD_DEFAULT, "os_sync_wake_by_address_any");
    sync_wake_all = (sync_wake_function)dlsym(RTLD_DEFAULT, "os_sync_wake_by_address_all");
    ulock_wait = (ulock_wait_function)dlsym(RTLD_DEFAULT, "__ulock_wait");
    ulock_wake = (ulock_wake_function)dlsym(RTLD_DEFAULT, "__ulock_wake");
}

static int has_sync(void)
{
    return sync_wait != NULL && sync_timed_wait != NULL && sync_wake_any != NULL
           && sync_wake_all != NULL;
}

static int has_ulock(void)
{
    return ulock_wait != NULL && ulock_wake != NULL;
}

/* The 14.4 interface: 0 or more, or the error number negated. A timeout of 0 means none. */
static int wait_sync(void *word, int32_t expected, uint64_t nanos, int32_t flags)
{
    uint32_t sync_flags = flags == PAWL_SHARED ? OS_SYNC_SHARED : 0;
    uint64_t value = (uint32_t)expected;
    int saved = errno;
    int result = nanos == 0 ? sync_wait(word, value, sizeof expected, sync_flags)
                            : sync_timed_wait(word, value, sizeof expected, sync_flags,
                                              OS_CLOCK_MACH_ABSOLUTE_TIME, nanos);
    result = result < 0 ? -errno : result;
    errno = saved;
    return result;
}

/* The interface before 14.4, with the same result. */
static int wait_ulock(void *word, int32_t expected, uint64_t nanos, int32_t flags)
{
    uint32_t operation = flags == PAWL_SHARED ? UL_COMPARE_AND_WAIT_SHARED : UL_COMPARE_AND_WAIT;
    uint32_t micros = (uint32_t)(nanos / 1000 + (nanos % 1000 != 0));
    return ulock_wait(operation | ULF_NO_ERRNO, word, (uint32_t)expected, micros);
}

int32_t pawl_wait(int64_t address, int32_t expected, int64_t deadline, int32_t flags)
{
    if (!pawl_is_word(address) || !pawl_is_flags(flags)) {
        return PAWL_EINVAL;
    }
    if (!has_sync() && !has_ulock()) {
        return PAWL_ENOSYS;
    }
    int32_t *word = (int32_t *)(intptr_t)address;
    for (;;) {
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        if (__atomic_load_n(word, __ATOMIC_SEQ_CST) != expected) {
            return PAWL_EAGAIN;
        }
        uint64_t nanos = 0;
        if (deadline != PAWL_FOREVER) {
            int64_t now = (int64_t)clock_gettime_nsec_np(CLOCK_UPTIME_RAW);
            if (now >= deadline) {
                return PAWL_ETIMEDOUT;
            }
            int64_t left = deadline - now;
            nanos = (uint64_t)(left < LONGEST_WAIT_NANOS ? left : LONGEST_WAIT_NANOS);
        }
        int result = has_sync() ? wait_sync(word, expected, nanos, flags)
                                : wait_ulock(word, expected, nanos, flags);
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        if (result >= 0) {
            return 0;
        }
        if (result != -ETIMEDOUT) {
            /* EINTR, EFAULT while a page is brought in, ENOMEM: no reason not to wait again. */
            return result == -EINVAL ? PAWL_EINVAL : PAWL_EINTR;
        }
    }
}

/* Wakes one waiter, or all: 0, or the error number negated, -ENOENT when there was none. */
static int wake_some(void *word, int all, int32_t flags)
{
    if (!has_sync()) {
        uint32_t operation = flags == PAWL_SHARED ? UL_COMPARE_AND_WAIT_SHARED
                                                  : UL_COMPARE_AND_WAIT;
        return ulock_wake(operation | ULF_NO_ERRNO | (all ? ULF_WAKE_ALL : 0), word, 0);
    }
    uint32_t sync_flags = flags == PAWL_SHARED ? OS_SYNC_SHARED : 0;
    int saved = errno;
    int result = (all ? sync_wake_all : sync_wake_any)(word, sizeof(int32_t), sync_flags);
    result = result < 0 ? -errno : result;
    errno = saved;
    return result;
}

int32_t pawl_wake(int64_t address, int32_t count, int32_t flags)
{
    if (!pawl_is_word(address) || !pawl_is_flags(flags) || count < 0) {
        return PAWL_EINVAL;
    }
    if (!has_sync() && !has_ulock()) {
        return PAWL_ENOSYS;
    }
    void *word = (void *)(intptr_t)address;
    int all = count == INT32_MAX;
    int32_t woken = 0;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    while (woken < count) {
        int result = wake_some(word, all, flags);
        if (result == -EINTR) {
            continue;
        }
        if (result < 0) {
            return result == -ENOENT ? woken : PAWL_EINVAL;
        }
        woken++;
        if (all) {
            return woken;
        }
    }
    return woken;
}

int32_t pawl_requeue(int64_t from, int32_t expected, int32_t wake, int32_t move, int64_t to,
                     int32_t flags)
{
    (void)expected;
    if (!pawl_is_word(from) || !pawl_is_word(to) || !pawl_is_flags(flags) || wake < 0 || move < 0) {
        return PAWL_EINVAL;
    }
    return PAWL_ENOSYS;
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

int32_t pawl_os_size(void)
{
    return (int32_t)sizeof(os_unfair_lock);
}

int32_t pawl_os_alignment(void)
{
    return (int32_t)_Alignof(os_unfair_lock);
}

int32_t pawl_os_init(int64_t address)
{
    if (!pawl_is_os_lock(address)) {
        return PAWL_EINVAL;
    }
    *(os_unfair_lock *)(intptr_t)address = OS_UNFAIR_LOCK_INIT;
    return 0;
}

int32_t pawl_os_destroy(int64_t address)
{
    return pawl_is_os_lock(address) ? 0 : PAWL_EINVAL;
}

int32_t pawl_os_lock(int64_t address)
{
    if (!pawl_is_os_lock(address)) {
        return PAWL_EINVAL;
    }
    os_unfair_lock_lock((os_unfair_lock_t)(intptr_t)address);
    return 0;
}

int32_t pawl_os_lock_until(int64_t address, int64_t deadline)
{
    if (!pawl_is_os_lock(address)) {
        return PAWL_EINVAL;
    }
    return deadline == PAWL_FOREVER ? pawl_os_lock(address) : PAWL_ENOSYS;
}

int32_t pawl_os_trylock(int64_t address)
{
    if (!pawl_is_os_lock(address)) {
        return PAWL_EINVAL;
    }
    return os_unfair_lock_trylock((os_unfair_lock_t)(intptr_t)address) ? 0 : PAWL_EBUSY;
}

int32_t pawl_os_unlock(int64_t address)
{
    if (!pawl_is_os_lock(address)) {
        return PAWL_EINVAL;
    }
    os_unfair_lock_unlock((os_unfair_lock_t)(intptr_t)address);
    return 0;
}
