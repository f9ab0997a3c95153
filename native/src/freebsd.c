/*
 * freebsd.c: _umtx_op(2), as a raw system call, so that the file carries neither a dependency nor a
 * symbol version.
 *
 * Deadlines need no arithmetic: the call takes an absolute time on CLOCK_MONOTONIC, which is the
 * clock of System.nanoTime(). It does not tell whether the word held another value, nor how many it
 * has woken.
 */
#include "internal.h"

#include <errno.h>
#include <sys/types.h>

#include <sys/syscall.h>
#include <sys/umtx.h>
#include <time.h>

/* The error number, positive; 0 for success. An error is told by the carry flag. */
static int umtx(int64_t word, int operation, uint64_t value, uint64_t size, const void *time)
{
#if defined(__x86_64__)
    register uint64_t r10 __asm__("r10") = size;
    register const void *r8 __asm__("r8") = time;
    uint64_t result = SYS__umtx_op;
    uint64_t third = value;
    unsigned char failed;
    __asm__ volatile("syscall\n\tsetc %[failed]"
                     : [failed] "=q"(failed), "+a"(result), "+d"(third), "+r"(r10), "+r"(r8)
                     : "D"(word), "S"((int64_t)operation)
                     : "rcx", "r9", "r11", "cc", "memory");
#elif defined(__aarch64__)
    register uint64_t x8 __asm__("x8") = SYS__umtx_op;
    register uint64_t result __asm__("x0") = (uint64_t)word;
    register uint64_t x1 __asm__("x1") = (uint64_t)operation;
    register uint64_t x2 __asm__("x2") = value;
    register uint64_t x3 __asm__("x3") = size;
    register const void *x4 __asm__("x4") = time;
    uint32_t failed;
    __asm__ volatile("svc #0\n\tcset %w[failed], cs"
                     : [failed] "=r"(failed), "+r"(result), "+r"(x1)
                     : "r"(x8), "r"(x2), "r"(x3), "r"(x4)
                     : "cc", "memory");
#else
#  error "no system call sequence for this CPU"
#endif
    return failed ? (int)result : 0;
}

int32_t pawl_wait(int64_t address, int32_t expected, int64_t deadline, int32_t flags)
{
    if (!pawl_is_word(address) || !pawl_is_flags(flags)) {
        return PAWL_EINVAL;
    }
    if (__atomic_load_n((const int32_t *)(intptr_t)address, __ATOMIC_SEQ_CST) != expected) {
        return PAWL_EAGAIN;
    }
    struct _umtx_time limit = {._flags = UMTX_ABSTIME, ._clockid = CLOCK_MONOTONIC};
    if (deadline > 0) {
        limit._timeout.tv_sec = deadline / PAWL_NANOS_PER_SECOND;
        limit._timeout.tv_nsec = (long)(deadline % PAWL_NANOS_PER_SECOND);
    }
    int is_endless = deadline == PAWL_FOREVER;
    switch (umtx(address, flags == PAWL_SHARED ? UMTX_OP_WAIT_UINT : UMTX_OP_WAIT_UINT_PRIVATE,
                 (uint32_t)expected, is_endless ? 0 : sizeof limit, is_endless ? 0 : &limit)) {
    case 0:
        return 0;
    case ETIMEDOUT:
        return PAWL_ETIMEDOUT;
    case EINTR:
        return PAWL_EINTR;
    case EINVAL:
        return PAWL_EINVAL;
    default:
        return PAWL_EIO;
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
    int error = umtx(address, flags == PAWL_SHARED ? UMTX_OP_WAKE : UMTX_OP_WAKE_PRIVATE,
                     (uint64_t)count, 0, 0);
    return error == 0 ? 0 : PAWL_EIO;
}
