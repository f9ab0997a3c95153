/*
 * model.c: what macos.c calls, modelled on Linux futexes after Apple's headers and XNU's sys_ulock.c,
 * so that the tests of the shim run on it. What it cannot show is that macOS does the same.
 *
 * A changed value is no error: the wait returns 0. A timeout of 0 is an error of the interface of
 * 14.4 and none at all in the one before. A wake that finds nobody fails with ENOENT. The interface
 * of 14.4 returns -1 and sets errno; the other returns the negated number if it is asked to, and
 * then leaves errno alone. os_unfair_lock ends the process when its owner locks it again, or another
 * thread unlocks it.
 *
 * MODEL_HIDE=sync      the functions of 14.4 are not found
 * MODEL_QUIRKS=n       about every n-th call does what it may do but seldom does: a wait returns for
 *                      no reason, or fails with EINTR, EFAULT or ENOMEM; a wake fails with EINTR
 * MODEL_SEED=n         which calls these are, but for the order of threads; else it is the clock's
 */
#include <os/lock.h>

#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define FUTEX_WAIT 0
#define FUTEX_WAKE 1
#define FUTEX_PRIVATE 128

static _Atomic uint64_t random_state;
static uint64_t quirks;
static int hides_sync;

__attribute__((constructor(101))) static void configure(void)
{
    const char *hide = getenv("MODEL_HIDE");
    hides_sync = hide != NULL && strcmp(hide, "sync") == 0;
    const char *number = getenv("MODEL_QUIRKS");
    quirks = number == NULL ? 0 : strtoull(number, NULL, 10);
    const char *seed = getenv("MODEL_SEED");
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t start = seed != NULL ? strtoull(seed, NULL, 10) : (uint64_t)now.tv_nsec;
    atomic_store(&random_state, start);
    if (quirks != 0) {
        fprintf(stderr, "model: MODEL_SEED=%llu\n", (unsigned long long)start);
    }
}

/* SplitMix64: a number for each call. */
static uint64_t next_random(void)
{
    uint64_t z = atomic_fetch_add(&random_state, UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static int is_quirk(uint64_t *random)
{
    *random = next_random();
    return quirks != 0 && *random % quirks == 0;
}

/* 0, or the negated error number. */
static int futex(void *word, int operation, int shared, uint32_t value, const struct timespec *time)
{
    int saved = errno;
    long result = syscall(SYS_futex, word, operation | (shared ? 0 : FUTEX_PRIVATE), value, time,
                          NULL, 0);
    result = result < 0 ? -errno : result;
    errno = saved;
    return (int)result;
}

static int wait_on(void *word, uint64_t value, int shared, uint64_t nanos)
{
    static const int ends[] = {0, -EINTR, -EFAULT, -ENOMEM};
    uint64_t random;
    if (is_quirk(&random)) {
        return ends[(random >> 32) % 4];
    }
    struct timespec time = {(time_t)(nanos / 1000000000), (long)(nanos % 1000000000)};
    int result = futex(word, FUTEX_WAIT, shared, (uint32_t)value, nanos == 0 ? NULL : &time);
    return result == -EAGAIN ? 0 : result;
}

static int wake_on(void *word, int all, int shared)
{
    uint64_t random;
    if (is_quirk(&random)) {
        return -EINTR;
    }
    int woken = futex(word, FUTEX_WAKE, shared, all ? INT_MAX : 1, NULL);
    return woken == 0 ? -ENOENT : woken < 0 ? woken : 0;
}

/* ---- The interface of 14.4 */

#define SHARED 1u
#define MACH_ABSOLUTE_TIME 32u

static int is_valid(void *word, size_t size, uint32_t flags)
{
    return (size == 4 || size == 8) && (flags & ~SHARED) == 0 && (uintptr_t)word % size == 0;
}

static int as_errno(int result)
{
    if (result < 0) {
        errno = -result;
        return -1;
    }
    return result;
}

static int sync_wait(void *word, uint64_t value, size_t size, uint32_t flags)
{
    return as_errno(is_valid(word, size, flags) ? wait_on(word, value, flags & SHARED, 0) : -EINVAL);
}

static int sync_timed_wait(void *word, uint64_t value, size_t size, uint32_t flags, uint32_t clock,
                           uint64_t nanos)
{
    int valid = is_valid(word, size, flags) && clock == MACH_ABSOLUTE_TIME && nanos != 0;
    return as_errno(valid ? wait_on(word, value, flags & SHARED, nanos) : -EINVAL);
}

static int sync_wake_any(void *word, size_t size, uint32_t flags)
{
    return as_errno(is_valid(word, size, flags) ? wake_on(word, 0, flags & SHARED) : -EINVAL);
}

static int sync_wake_all(void *word, size_t size, uint32_t flags)
{
    return as_errno(is_valid(word, size, flags) ? wake_on(word, 1, flags & SHARED) : -EINVAL);
}

/* ---- The interface before it */

#define COMPARE_AND_WAIT 1u
#define COMPARE_AND_WAIT_SHARED 3u
#define WAKE_ALL 0x100u
#define NO_ERRNO 0x01000000u

static int is_operation(uint32_t operation, uint32_t flags)
{
    uint32_t code = operation & 0xff;
    return (code == COMPARE_AND_WAIT || code == COMPARE_AND_WAIT_SHARED)
           && (operation & ~(0xffu | flags)) == 0;
}

static int is_shared(uint32_t operation)
{
    return (operation & 0xff) == COMPARE_AND_WAIT_SHARED;
}

static int model_ulock_wait(uint32_t operation, void *word, uint64_t value, uint32_t micros)
{
    int result = is_operation(operation, NO_ERRNO)
                     ? wait_on(word, value, is_shared(operation), micros * UINT64_C(1000))
                     : -EINVAL;
    return (operation & NO_ERRNO) != 0 ? result : as_errno(result);
}

static int model_ulock_wake(uint32_t operation, void *word, uint64_t value)
{
    (void)value;
    int result = is_operation(operation, NO_ERRNO | WAKE_ALL)
                     ? wake_on(word, (operation & WAKE_ALL) != 0, is_shared(operation))
                     : -EINVAL;
    return (operation & NO_ERRNO) != 0 ? result : as_errno(result);
}

/* ---- dlsym, the clock, the lock */

typedef void (*function)(void);

static const struct {
    const char *name;
    function address;
} functions[] = {
    {"os_sync_wait_on_address", (function)sync_wait},
    {"os_sync_wait_on_address_with_timeout", (function)sync_timed_wait},
    {"os_sync_wake_by_address_any", (function)sync_wake_any},
    {"os_sync_wake_by_address_all", (function)sync_wake_all},
    {"__ulock_wait", (function)model_ulock_wait},
    {"__ulock_wake", (function)model_ulock_wake},
};

void *model_dlsym(void *handle, const char *name)
{
    (void)handle;
    if (hides_sync && strncmp(name, "os_sync_", 8) == 0) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        if (strcmp(name, functions[i].name) == 0) {
            return (void *)functions[i].address;
        }
    }
    fprintf(stderr, "model: nobody has told it of %s\n", name);
    abort();
}

uint64_t clock_gettime_nsec_np(int clock)
{
    struct timespec now;
    if (clock != CLOCK_UPTIME_RAW) {
        abort();
    }
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static uint32_t self(void)
{
    return (uint32_t)syscall(SYS_gettid);
}

bool os_unfair_lock_trylock(os_unfair_lock_t lock)
{
    uint32_t none = 0;
    return __atomic_compare_exchange_n(&lock->owner, &none, self(), false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

void os_unfair_lock_lock(os_unfair_lock_t lock)
{
    while (!os_unfair_lock_trylock(lock)) {
        uint32_t owner = __atomic_load_n(&lock->owner, __ATOMIC_RELAXED);
        if (owner == self()) {
            abort();
        }
        if (owner != 0) {
            futex(lock, FUTEX_WAIT, 0, owner, NULL);
        }
    }
}

void os_unfair_lock_unlock(os_unfair_lock_t lock)
{
    if (__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) != self()) {
        abort();
    }
    __atomic_store_n(&lock->owner, 0, __ATOMIC_RELEASE);
    futex(lock, FUTEX_WAKE, 0, 1, NULL);
}
