/*
 * linux.c: futex(2), futex_waitv(2) and membarrier(2).
 *
 * Deadlines need no arithmetic: FUTEX_WAIT_BITSET and futex_waitv take an absolute time on
 * CLOCK_MONOTONIC, which is the clock of System.nanoTime().
 */
#include "internal.h"
#include "linux_syscall.h"

#define FUTEX_WAKE 1
#define FUTEX_CMP_REQUEUE 4
#define FUTEX_WAIT_BITSET 9
#define FUTEX_BITSET_MATCH_ANY INT64_C(0xffffffff)
#define FUTEX2_SIZE_U32 2
#define CLOCK_MONOTONIC 1

#define MEMBARRIER_CMD_PRIVATE_EXPEDITED 8
#define MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED 16

#define MAX_WAITV 128

int32_t pawl_wait(int64_t address, int32_t expected, int64_t deadline, int32_t flags)
{
    if (!pawl_is_word(address) || !pawl_is_flags(flags)) {
        return PAWL_EINVAL;
    }
    struct pawl_timespec storage;
    return (int32_t)pawl_syscall(PAWL_SYS_FUTEX, address, pawl_futex_op(FUTEX_WAIT_BITSET, flags),
                                 expected, pawl_kernel_deadline(&storage, deadline), 0,
                                 FUTEX_BITSET_MATCH_ANY);
}

int32_t pawl_wake(int64_t address, int32_t count, int32_t flags)
{
    if (!pawl_is_word(address) || !pawl_is_flags(flags) || count < 0) {
        return PAWL_EINVAL;
    }
    if (count == 0) {
        return 0; /* the kernel would wake one */
    }
    return (int32_t)pawl_syscall(PAWL_SYS_FUTEX, address, pawl_futex_op(FUTEX_WAKE, flags), count,
                                 0, 0, 0);
}

int32_t pawl_requeue(int64_t from, int32_t expected, int32_t wake, int32_t move, int64_t to,
                     int32_t flags)
{
    if (!pawl_is_word(from) || !pawl_is_word(to) || !pawl_is_flags(flags) || wake < 0 || move < 0) {
        return PAWL_EINVAL;
    }
    return (int32_t)pawl_syscall(PAWL_SYS_FUTEX, from, pawl_futex_op(FUTEX_CMP_REQUEUE, flags),
                                 wake, move, to, expected);
}

/* The kernel's struct futex_waitv. */
struct kernel_waitv {
    uint64_t expected;
    uint64_t address;
    uint32_t flags;
    uint32_t reserved;
};

int32_t pawl_waitv(int64_t waiters, int32_t count, int64_t deadline)
{
    if (waiters == 0 || (waiters & 7) != 0 || count < 1 || count > MAX_WAITV) {
        return PAWL_EINVAL;
    }
    const struct pawl_waitv *words = (const struct pawl_waitv *)(intptr_t)waiters;
    struct kernel_waitv kernel[MAX_WAITV];
    for (int32_t i = 0; i < count; i++) {
        if (!pawl_is_word(words[i].address) || !pawl_is_flags(words[i].flags)) {
            return PAWL_EINVAL;
        }
        kernel[i].expected = (uint32_t)words[i].expected;
        kernel[i].address = (uint64_t)words[i].address;
        kernel[i].flags = (uint32_t)pawl_futex_op(FUTEX2_SIZE_U32, words[i].flags);
        kernel[i].reserved = 0;
    }
    struct pawl_timespec storage;
    return (int32_t)pawl_syscall(PAWL_SYS_FUTEX_WAITV, (int64_t)(intptr_t)kernel, count, 0,
                                 pawl_kernel_deadline(&storage, deadline), CLOCK_MONOTONIC, 0);
}

int32_t pawl_barrier_register(void)
{
    int64_t result = pawl_syscall(PAWL_SYS_MEMBARRIER, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0,
                                  0, 0, 0, 0);
    /* EINVAL: the kernel has membarrier but not this command. */
    return result == PAWL_EINVAL ? PAWL_ENOSYS : (int32_t)result;
}

int32_t pawl_barrier(void)
{
    int64_t result = pawl_syscall(PAWL_SYS_MEMBARRIER, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0, 0, 0,
                                  0);
    return result == PAWL_EINVAL ? PAWL_ENOSYS : (int32_t)result;
}
