/*
 * linux_pi.c: the priority-inheriting futex.
 *
 * FUTEX_LOCK_PI2 (Linux 5.14) takes its deadline on CLOCK_MONOTONIC. Before it there is only
 * FUTEX_LOCK_PI, whose deadline is on CLOCK_REALTIME: the deadline is translated for each attempt,
 * and a timeout that comes early because somebody set that clock leads to another attempt.
 */
#include "linux_clock.h"

#define FUTEX_LOCK_PI 6
#define FUTEX_UNLOCK_PI 7
#define FUTEX_TRYLOCK_PI 8
#define FUTEX_LOCK_PI2 13
#define FUTEX_OWNER_DIED INT32_C(0x40000000)

/*
 * The result of an acquisition. The kernel leaves FUTEX_OWNER_DIED in the word it hands to the next
 * owner, which is the one to clear it; waiters change only the other bits meanwhile.
 */
static int32_t acquired(int64_t address)
{
    int32_t *word = (int32_t *)(intptr_t)address;
    if ((__atomic_load_n(word, __ATOMIC_RELAXED) & FUTEX_OWNER_DIED) == 0) {
        return 0;
    }
    __atomic_fetch_and(word, ~FUTEX_OWNER_DIED, __ATOMIC_RELAXED);
    return PAWL_EOWNERDEAD;
}

static int64_t lock_realtime(int64_t address, int64_t deadline, int32_t flags)
{
    for (;;) {
        struct pawl_timespec storage;
        int64_t result = pawl_syscall(PAWL_SYS_FUTEX, address, pawl_futex_op(FUTEX_LOCK_PI, flags),
                                      0, pawl_kernel_deadline(&storage, pawl_realtime(deadline)), 0,
                                      0);
        if (result != PAWL_ETIMEDOUT || pawl_has_passed(deadline)) {
            return result;
        }
    }
}

int32_t pawl_pi_lock(int64_t address, int64_t deadline, int32_t flags)
{
    if (!pawl_is_word(address) || !pawl_is_flags(flags)) {
        return PAWL_EINVAL;
    }
    int64_t limit = deadline < 0 ? 0 : deadline;
    for (;;) {
        struct pawl_timespec storage;
        int64_t result = pawl_syscall(PAWL_SYS_FUTEX, address, pawl_futex_op(FUTEX_LOCK_PI2, flags),
                                      0, pawl_kernel_deadline(&storage, limit), 0, 0);
        if (result == PAWL_ENOSYS) {
            result = lock_realtime(address, limit, flags);
        }
        if (result == 0) {
            return acquired(address);
        }
        /* EAGAIN: the owner is exiting and the kernel has not cleaned up yet. */
        if (result != PAWL_EAGAIN && result != PAWL_EINTR) {
            return (int32_t)result;
        }
    }
}

int32_t pawl_pi_trylock(int64_t address, int32_t flags)
{
    if (!pawl_is_word(address) || !pawl_is_flags(flags)) {
        return PAWL_EINVAL;
    }
    int64_t result = pawl_syscall(PAWL_SYS_FUTEX, address, pawl_futex_op(FUTEX_TRYLOCK_PI, flags),
                                  0, 0, 0, 0);
    if (result == 0) {
        return acquired(address);
    }
    return result == PAWL_EAGAIN ? PAWL_EBUSY : (int32_t)result;
}

int32_t pawl_pi_unlock(int64_t address, int32_t flags)
{
    if (!pawl_is_word(address) || !pawl_is_flags(flags)) {
        return PAWL_EINVAL;
    }
    return (int32_t)pawl_syscall(PAWL_SYS_FUTEX, address, pawl_futex_op(FUTEX_UNLOCK_PI, flags), 0,
                                 0, 0, 0);
}
