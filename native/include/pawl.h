/*
 * pawl.h: the whole ABI of the Pawl shim.
 *
 * The shim is stateless apart from what the operating system keeps, so it may be loaded more than
 * once in a process. Every function that can fail returns a negative error number and never touches
 * errno. Error numbers are those of Linux on every platform; Linux itself may return others than
 * those below, such as EFAULT for an address that is not mapped. Words are 32 bits and four-byte
 * aligned. Addresses travel as int64_t so that a binding needs no pointer type.
 *
 * Time: deadlines are absolute nanoseconds on the clock of Java's System.nanoTime():
 * CLOCK_MONOTONIC on Linux, FreeBSD and OpenBSD, QueryPerformanceCounter scaled to nanoseconds on Windows,
 * mach_absolute_time scaled to nanoseconds on macOS. PAWL_FOREVER means no deadline.
 */
#ifndef PAWL_H
#define PAWL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PAWL_ABI_VERSION 3

#if defined(_WIN32)
#  define PAWL_API __declspec(dllexport)
#else
#  define PAWL_API __attribute__((visibility("default")))
#endif

#define PAWL_FOREVER INT64_MAX

/* Flags of wait, wake, requeue and waitv. */
#define PAWL_PRIVATE 0 /* every waiter and waker is in this process */
#define PAWL_SHARED 1  /* the word lies in memory shared with other processes */

/* The error numbers, as negated return values. */
#define PAWL_EPERM (-1)       /* not the owner, or not allowed */
#define PAWL_ENOENT (-2)      /* no such file */
#define PAWL_ESRCH (-3)       /* the owner in the word is no thread */
#define PAWL_EINTR (-4)       /* the wait ended without a wake: a signal, or for no reason */
#define PAWL_EIO (-5)         /* the platform failed, and this list has no better number */
#define PAWL_EBADF (-9)       /* no open descriptor */
#define PAWL_EAGAIN (-11)     /* the word did not hold the expected value; the slot is taken */
#define PAWL_ENOMEM (-12)     /* no memory for it in the kernel */
#define PAWL_EACCES (-13)     /* the file may not be opened so */
#define PAWL_EBUSY (-16)      /* trylock: somebody holds the lock */
#define PAWL_EINVAL (-22)     /* a misaligned address, an unknown flag, a count out of range */
#define PAWL_EMFILE (-24)     /* too many descriptors are open */
#define PAWL_EDEADLK (-35)    /* the caller holds the lock already */
#define PAWL_ENOSYS (-38)     /* this platform or kernel has no such call */
#define PAWL_ELOOP (-40)      /* the path ends in a symbolic link */
#define PAWL_ETIMEDOUT (-110) /* the deadline passed */
#define PAWL_EOWNERDEAD (-130) /* the owner died; the caller holds the lock now */

/* The ABI version the library was built with: PAWL_ABI_VERSION. */
PAWL_API int32_t pawl_abi_version(void);

/*
 * Waits while the word at address holds expected.
 * 0: woken, or possibly for no reason. PAWL_EAGAIN: it held another value.
 * PAWL_ETIMEDOUT: the deadline passed (at once if it lies in the past and the value matches).
 * PAWL_EINTR: a signal. PAWL_ENOSYS: PAWL_SHARED where the platform cannot.
 */
PAWL_API int32_t pawl_wait(int64_t address, int32_t expected, int64_t deadline, int32_t flags);

/*
 * Wakes up to count waiters (INT32_MAX: all). Returns how many were woken, or the least that it can
 * have been where the platform does not tell: 0 on Windows and FreeBSD; on macOS 1 if all were to be
 * woken and somebody was there.
 */
PAWL_API int32_t pawl_wake(int64_t address, int32_t count, int32_t flags);

/*
 * If the word at from still holds expected, wakes up to wake waiters of it and moves up to move of
 * the others to the word at to. Returns the number woken plus moved, or PAWL_EAGAIN.
 * A waiter that a signal or the kernel itself disturbs compares and waits at from again, wherever it
 * has been moved: the caller changes the word at from first, so that such a waiter returns.
 * PAWL_ENOSYS where no kernel requeue exists: the caller wakes instead.
 */
PAWL_API int32_t pawl_requeue(int64_t from, int32_t expected, int32_t wake, int32_t move,
                              int64_t to, int32_t flags);

/* One word of a pawl_waitv; eight-byte aligned. */
struct pawl_waitv {
    int64_t address;
    int32_t expected;
    int32_t flags;
};

/*
 * Waits until one of count (1 to 128) words is woken; waiters is the address of an array of struct
 * pawl_waitv. Returns the index of a woken word, or as pawl_wait. PAWL_ENOSYS before Linux 5.16 and
 * elsewhere.
 */
PAWL_API int32_t pawl_waitv(int64_t waiters, int32_t count, int64_t deadline);

/*
 * Registers this process for pawl_barrier; cheap while it has one thread, milliseconds with many.
 * 0, or PAWL_ENOSYS / PAWL_EPERM where there is no process-wide barrier.
 */
PAWL_API int32_t pawl_barrier_register(void);

/*
 * A full memory fence on every running thread of this process. PAWL_EPERM before registration where
 * the platform asks for one (Linux).
 */
PAWL_API int32_t pawl_barrier(void);

/*
 * Priority-inheriting lock: the word at address is 0 when free and is the kernel's afterwards.
 * lock: 0, PAWL_ETIMEDOUT, PAWL_EDEADLK, PAWL_EOWNERDEAD if the owner died while others waited,
 * PAWL_ESRCH if it died while nobody did, PAWL_EINVAL for the moment in which the lock of a dead
 * owner passes to a waiter: the caller tries again. trylock: as lock, but PAWL_EBUSY instead of waiting.
 * unlock: 0 or PAWL_EPERM. PAWL_ENOSYS where the platform has none for a plain word.
 */
PAWL_API int32_t pawl_pi_lock(int64_t address, int64_t deadline, int32_t flags);
PAWL_API int32_t pawl_pi_trylock(int64_t address, int32_t flags);
PAWL_API int32_t pawl_pi_unlock(int64_t address, int32_t flags);

/*
 * The platform's own lock: pthread_mutex_t, SRWLOCK (exclusive), os_unfair_lock. The caller
 * provides pawl_os_size() bytes at a multiple of pawl_os_alignment(), initializes them once and
 * destroys them when no thread uses them any more, or gives the address of a lock that C code has
 * made. lock and unlock return 0; trylock 0 or PAWL_EBUSY; lock_until 0 or PAWL_ETIMEDOUT, and
 * PAWL_ENOSYS where the platform's lock knows no deadlines on that clock: everywhere but on Linux.
 * The three return PAWL_EOWNERDEAD if C code has made the lock robust and its owner has died: the
 * caller holds it, and if it unlocks it without pthread_mutex_consistent, nobody can lock it any
 * more. Errors of misuse are those of the platform's lock (os_unfair_lock ends the process).
 */
PAWL_API int32_t pawl_os_size(void);
PAWL_API int32_t pawl_os_alignment(void);
PAWL_API int32_t pawl_os_init(int64_t address);
PAWL_API int32_t pawl_os_destroy(int64_t address);
PAWL_API int32_t pawl_os_lock(int64_t address);
PAWL_API int32_t pawl_os_lock_until(int64_t address, int64_t deadline);
PAWL_API int32_t pawl_os_trylock(int64_t address);
PAWL_API int32_t pawl_os_unlock(int64_t address);

/*
 * Proof of life between processes that share a file. A peer is an open description of the file that
 * belongs to nobody else; while it lives, and with it the process that opened it, it holds a locked
 * byte of the file, that of its slot. The system unlocks the byte when the last thread of the
 * process is out, whatever ended it. Nothing is read, written or made longer.
 *
 * Peers are descriptors, on Windows handles, and are not inherited by programs that the process
 * starts. A child made by fork shares its parent's peers: while it has them, the parent looks alive.
 * Errors common to all: PAWL_EBADF, PAWL_EINVAL, PAWL_ENOSYS where the system or the file system
 * has no such locks.
 */
#define PAWL_PEER_SLOTS 65536 /* slots are 0 to PAWL_PEER_SLOTS - 1 */

/* The locked byte of slot 0; the byte before it is that for creation. */
#define PAWL_PEER_BYTE (INT64_C(1) << 40)

/*
 * Opens the file at path for reading and writing, as a peer of its own: the address of a string that
 * ends with a zero, of bytes, on Windows of UTF-16. Returns the peer, or PAWL_ENOENT, PAWL_EACCES,
 * PAWL_ELOOP if the last part of path is a symbolic link, PAWL_EMFILE.
 */
PAWL_API int64_t pawl_peer_open(int64_t path);

/*
 * Opens what descriptor refers to, as a peer of its own: for memory without a path. An inherited or
 * duplicated descriptor shares its locks with others and proves nothing. PAWL_ENOSYS but on Linux.
 */
PAWL_API int64_t pawl_peer_reopen(int32_t descriptor);

/* Closes a peer, and thereby unlocks its bytes. Returns 0. */
PAWL_API int32_t pawl_peer_close(int64_t peer);

/*
 * Whether peer is what path leads to now: 1, 0 if it is another file or none. The answer can be out
 * of date unless the caller holds the lock under which the file is replaced.
 */
PAWL_API int32_t pawl_peer_at(int64_t peer, int64_t path);

/*
 * Takes the byte of a slot, without waiting. 0, or PAWL_EAGAIN if another peer has it. On Windows
 * also while somebody asks whether the slot is alive: the caller tries again, or another slot.
 */
PAWL_API int32_t pawl_peer_claim(int64_t peer, int32_t slot);

/*
 * Whether another peer holds the byte of a slot: 1 or 0. About a slot that peer itself holds the
 * answer is 0, on Windows 1; a caller knows its own. On Windows it is 1 also while somebody else
 * asks about a slot that is free.
 */
PAWL_API int32_t pawl_peer_alive(int64_t peer, int32_t slot);

/*
 * Takes the byte for creation if take is 1, gives it back if 0. Never waits: 0, or PAWL_EAGAIN if
 * another peer has it, and the caller tries again later.
 */
PAWL_API int32_t pawl_peer_init_lock(int64_t peer, int32_t take);

#ifdef __cplusplus
}
#endif

#endif
