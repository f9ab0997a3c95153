/*
 * system.h: what the system does for a region: waits, wakes, clocks and locked bytes.
 */
#ifndef PAWL_SHARED_SYSTEM_H
#define PAWL_SHARED_SYSTEM_H

#include "layout.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#if !defined(O_CLOEXEC) || !defined(O_NOFOLLOW) || !defined(CLOCK_MONOTONIC)
#  error "POSIX.1-2008 is hidden: compile with -std=gnu11 or -D_POSIX_C_SOURCE=200809L"
#endif

#if defined(__linux__)
#  include <sys/syscall.h>
#  if !defined(__cplusplus)
long syscall(long number, ...); /* hidden where nothing but POSIX is visible */
#  endif
#  define PAWL_SHARED_GETLK 36
#  define PAWL_SHARED_SETLK 37
#elif defined(__APPLE__)
#  include <stddef.h>
/* From <os/os_sync_wait_on_address.h>, which older SDKs lack. */
#  if defined(__cplusplus)
extern "C" {
#  endif
int os_sync_wait_on_address_with_timeout(void *address, uint64_t value, size_t size,
                                         uint32_t flags, uint32_t clock, uint64_t nanos);
int os_sync_wake_by_address_any(void *address, size_t size, uint32_t flags);
int os_sync_wake_by_address_all(void *address, size_t size, uint32_t flags);
#  if defined(__cplusplus)
}
#  endif
#  define PAWL_SHARED_GETLK 92
#  define PAWL_SHARED_SETLK 90
#else
#  error "no way to wait between processes on this system"
#endif

#define PAWL_SHARED_MILLI INT64_C(1000000)

static inline int64_t pawl_shared_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * INT64_C(1000000000) + (int64_t)now.tv_nsec;
}

/* The clock of deadlines, in nanoseconds. */
static inline int64_t pawl_shared_now(void)
{
#if defined(__APPLE__)
    return (int64_t)clock_gettime_nsec_np(CLOCK_UPTIME_RAW);
#else
    return pawl_shared_clock(CLOCK_MONOTONIC);
#endif
}

/* The time of day, in milliseconds since 1970. */
static inline uint64_t pawl_shared_millis(void)
{
    return (uint64_t)(pawl_shared_clock(CLOCK_REALTIME) / PAWL_SHARED_MILLI);
}

/*
 * Waits while the word holds expected, until nanos have passed or for no reason: the caller looks
 * again whatever happened.
 */
static inline void pawl_shared_wait(void *word, uint32_t expected, int64_t nanos)
{
    int saved = errno;
#if defined(__linux__)
    struct {
        int64_t seconds;
        int64_t nanos;
    } timeout = {nanos / 1000000000, nanos % 1000000000};
    syscall(SYS_futex, word, 0 /* FUTEX_WAIT */, expected, &timeout, (void *)0, 0);
#else
    os_sync_wait_on_address_with_timeout(word, expected, sizeof expected, 1 /* shared */,
                                         32 /* mach_absolute_time */, (uint64_t)nanos);
#endif
    errno = saved;
}

/* Wakes one who waits on the word, or all. */
static inline void pawl_shared_wake(void *word, int all)
{
    int saved = errno;
#if defined(__linux__)
    syscall(SYS_futex, word, 1 /* FUTEX_WAKE */, all ? INT32_MAX : 1, (void *)0, (void *)0, 0);
#else
    (all ? os_sync_wake_by_address_all : os_sync_wake_by_address_any)(word, sizeof(uint32_t), 1);
#endif
    errno = saved;
}

/* Linux's number for an error of this system, negated. */
static inline int32_t pawl_shared_error(int error)
{
    switch (error) {
    case EAGAIN:
        return PAWL_EAGAIN;
    case ELOOP:
        return PAWL_ELOOP;
    case ENAMETOOLONG:
        return PAWL_ENAMETOOLONG;
    default:
        return error < 35 ? -error : PAWL_EIO;
    }
}

/* fcntl with one byte of the file; type is what is asked, and then what was found. */
static inline int32_t pawl_shared_byte(int file, int command, int64_t byte, short *type)
{
    struct flock lock;
    memset(&lock, 0, sizeof lock);
    lock.l_type = *type;
    lock.l_whence = SEEK_SET;
    lock.l_start = byte;
    lock.l_len = 1;
    int saved = errno;
    int32_t result = fcntl(file, command, &lock) == -1 ? pawl_shared_error(errno) : 0;
    errno = saved;
    *type = lock.l_type;
    return result;
}

/* Takes (F_WRLCK) or gives back (F_UNLCK) a byte of the file: 0, PAWL_EAGAIN or an error. */
static inline int32_t pawl_shared_byte_set(int file, int64_t byte, short type)
{
    int32_t result = pawl_shared_byte(file, PAWL_SHARED_SETLK, byte, &type);
    return result == PAWL_EACCES ? PAWL_EAGAIN : result;
}

/* Whether another description of the file holds a byte of it: 1, 0 or an error. */
static inline int32_t pawl_shared_byte_held(int file, int64_t byte)
{
    short type = F_WRLCK;
    int32_t result = pawl_shared_byte(file, PAWL_SHARED_GETLK, byte, &type);
    return result != 0 ? result : type != F_UNLCK;
}

#endif
