/*
 * openbsd.c: futex(2).
 *
 * OpenBSD takes system calls from its C library alone. The functions are weak, so that the file
 * carries no dependency: the process has that library already.
 *
 * The call takes a time from now, so a wait that ends too early by a rounding is made again.
 */
#include "internal.h"

#include <errno.h>
#include <sys/types.h>
#include <time.h>

#include <sys/futex.h>

#pragma weak futex
#pragma weak clock_gettime
#pragma weak __errno

/* The call's result, or the error number negated. Leaves errno alone. */
static int call(int64_t address, int operation, int32_t value, int32_t flags,
                const struct timespec *time)
{
    int saved = errno;
    int private = flags == PAWL_SHARED ? 0 : FUTEX_PRIVATE_FLAG;
    int result = futex((volatile uint32_t *)(intptr_t)address, operation | private, value, time, 0);
    result = result < 0 ? -errno : result;
    errno = saved;
    return result;
}

/* What is left until deadline: 0 or less if nothing is. */
static int64_t remaining(int64_t deadline)
{
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return deadline < 0 ? 0 : deadline - (now.tv_sec * PAWL_NANOS_PER_SECOND + now.tv_nsec);
}

int32_t pawl_wait(int64_t address, int32_t expected, int64_t deadline, int32_t flags)
{
    if (!pawl_is_word(address) || !pawl_is_flags(flags)) {
        return PAWL_EINVAL;
    }
    for (;;) {
        if (__atomic_load_n((const int32_t *)(intptr_t)address, __ATOMIC_SEQ_CST) != expected) {
            return PAWL_EAGAIN;
        }
        struct timespec time;
        if (deadline != PAWL_FOREVER) {
            int64_t nanos = remaining(deadline);
            if (nanos <= 0) {
                return PAWL_ETIMEDOUT;
            }
            time.tv_sec = nanos / PAWL_NANOS_PER_SECOND;
            time.tv_nsec = (long)(nanos % PAWL_NANOS_PER_SECOND);
        }
        switch (call(address, FUTEX_WAIT, expected, flags, deadline == PAWL_FOREVER ? 0 : &time)) {
        case 0:
            return 0;
        case -ETIMEDOUT:
            continue;
        case -EAGAIN:
            return PAWL_EAGAIN;
        case -EINTR:
        case -ECANCELED: /* a signal after which calls are made again */
            return PAWL_EINTR;
        case -EINVAL:
            return PAWL_EINVAL;
        case -ENOSYS:
            return PAWL_ENOSYS;
        default:
            return PAWL_EIO;
        }
    }
}

int32_t pawl_wake(int64_t address, int32_t count, int32_t flags)
{
    if (!pawl_is_word(address) || !pawl_is_flags(flags) || count < 0) {
        return PAWL_EINVAL;
    }
    if (count == 0) {
        return 0;
    }
    int result = call(address, FUTEX_WAKE, count, flags, 0);
    return result >= 0 ? result : PAWL_EIO;
}
