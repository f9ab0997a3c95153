/*
 * linux_clock.h: deadlines for calls that know no other clock than CLOCK_REALTIME.
 */
#ifndef PAWL_LINUX_CLOCK_H
#define PAWL_LINUX_CLOCK_H

#include "internal.h"
#include "linux_syscall.h"

#define PAWL_CLOCK_REALTIME 0
#define PAWL_CLOCK_MONOTONIC 1

static inline int64_t pawl_now(int64_t clock)
{
    struct pawl_timespec time = {0, 0};
    pawl_syscall(PAWL_SYS_CLOCK_GETTIME, clock, (int64_t)(intptr_t)&time, 0, 0, 0, 0);
    return time.seconds * PAWL_NANOS_PER_SECOND + time.nanos;
}

/*
 * The time of CLOCK_REALTIME at which deadline comes, unless somebody sets that clock. So a timeout
 * that comes early leads to another attempt: it counts when pawl_has_passed(deadline).
 */
static inline int64_t pawl_realtime(int64_t deadline)
{
    if (deadline == PAWL_FOREVER) {
        return PAWL_FOREVER;
    }
    int64_t left = deadline - pawl_now(PAWL_CLOCK_MONOTONIC);
    int64_t realtime = pawl_now(PAWL_CLOCK_REALTIME);
    return left < PAWL_FOREVER - realtime ? realtime + left : PAWL_FOREVER;
}

static inline int pawl_has_passed(int64_t deadline)
{
    return pawl_now(PAWL_CLOCK_MONOTONIC) >= deadline;
}

#endif
