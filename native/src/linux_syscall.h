/*
 * linux_syscall.h: raw system calls. They return the negated error number as the kernel does, touch
 * no errno and need no C library, so that one file serves glibc and musl.
 */
#ifndef PAWL_LINUX_SYSCALL_H
#define PAWL_LINUX_SYSCALL_H

#include <stdint.h>

/* The kernel's struct __kernel_timespec. */
struct pawl_timespec {
    int64_t seconds;
    int64_t nanos;
};

#if defined(__x86_64__) && defined(__LP64__)

#  define PAWL_SYS_CLOSE 3
#  define PAWL_SYS_FSTAT 5
#  define PAWL_SYS_FCNTL 72
#  define PAWL_SYS_FUTEX 202
#  define PAWL_SYS_CLOCK_GETTIME 228
#  define PAWL_SYS_OPENAT 257
#  define PAWL_SYS_NEWFSTATAT 262
#  define PAWL_SYS_MEMBARRIER 324
#  define PAWL_SYS_FUTEX_WAITV 449

static inline int64_t pawl_syscall(int64_t number, int64_t a, int64_t b, int64_t c, int64_t d,
                                   int64_t e, int64_t f)
{
    register int64_t r10 __asm__("r10") = d;
    register int64_t r8 __asm__("r8") = e;
    register int64_t r9 __asm__("r9") = f;
    int64_t result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

#elif defined(__aarch64__) && defined(__LP64__)

#  define PAWL_SYS_FCNTL 25
#  define PAWL_SYS_OPENAT 56
#  define PAWL_SYS_CLOSE 57
#  define PAWL_SYS_NEWFSTATAT 79
#  define PAWL_SYS_FSTAT 80
#  define PAWL_SYS_FUTEX 98
#  define PAWL_SYS_CLOCK_GETTIME 113
#  define PAWL_SYS_MEMBARRIER 283
#  define PAWL_SYS_FUTEX_WAITV 449

static inline int64_t pawl_syscall(int64_t number, int64_t a, int64_t b, int64_t c, int64_t d,
                                   int64_t e, int64_t f)
{
    register int64_t x8 __asm__("x8") = number;
    register int64_t x0 __asm__("x0") = a;
    register int64_t x1 __asm__("x1") = b;
    register int64_t x2 __asm__("x2") = c;
    register int64_t x3 __asm__("x3") = d;
    register int64_t x4 __asm__("x4") = e;
    register int64_t x5 __asm__("x5") = f;
    __asm__ volatile("svc #0"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                     : "memory");
    return x0;
}

#else
#  error "no system call sequence for this CPU"
#endif

#define PAWL_FUTEX_PRIVATE_FLAG 128

/* The futex operation op, on words of this process alone unless flags says otherwise. */
static inline int64_t pawl_futex_op(int64_t op, int32_t flags)
{
    return (flags & 1) != 0 ? op : op | PAWL_FUTEX_PRIVATE_FLAG;
}

/*
 * Stores deadline, in nanoseconds, and returns the address to hand to the kernel: 0, no timeout,
 * for INT64_MAX. The kernel refuses negative times; all of them have passed, as has zero.
 */
static inline int64_t pawl_kernel_deadline(struct pawl_timespec *storage, int64_t deadline)
{
    if (deadline == INT64_MAX) {
        return 0;
    }
    int64_t nanos = deadline < 0 ? 0 : deadline;
    storage->seconds = nanos / 1000000000;
    storage->nanos = nanos % 1000000000;
    return (int64_t)(intptr_t)storage;
}

#endif
