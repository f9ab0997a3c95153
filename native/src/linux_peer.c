/*
 * linux_peer.c: a process's proof of life, an open-file-description lock (Linux 3.15).
 *
 * Such a lock belongs to the open description of the file, not to the process as fcntl's older ones
 * do: it is not lost when somebody closes another descriptor of the file. The kernel gives it back
 * when the last descriptor of the description is gone, that is after the last thread of a killed
 * process has left the kernel.
 */
#include "internal.h"
#include "linux_syscall.h"

#define AT_FDCWD (-100)
#define O_RDWR 02
#define O_CLOEXEC 02000000
#if defined(__aarch64__)
#  define O_NOFOLLOW 0100000
#else
#  define O_NOFOLLOW 0400000
#endif

#define F_OFD_GETLK 36
#define F_OFD_SETLK 37
#define F_WRLCK 1
#define F_UNLCK 2

/* The kernel's struct flock, of a system of 64 bits; the pid of an OFD lock is 0. */
struct kernel_flock {
    int16_t type;
    int16_t whence;
    int64_t start;
    int64_t length;
    int32_t pid;
};

static int32_t lock(int64_t peer, int32_t command, int16_t type, int64_t byte, int16_t *found)
{
    if (peer < 0 || peer > INT32_MAX) {
        return PAWL_EBADF;
    }
    struct kernel_flock flock = {.type = type, .start = byte, .length = 1};
    int64_t result = pawl_syscall(PAWL_SYS_FCNTL, peer, command, (int64_t)(intptr_t)&flock, 0, 0,
                                  0);
    *found = flock.type;
    switch (result) {
    case PAWL_EACCES: /* POSIX allows either number */
        return PAWL_EAGAIN;
    case PAWL_EINVAL: /* a kernel without the command, as the arguments are right */
        return PAWL_ENOSYS;
    default:
        return (int32_t)result;
    }
}

int64_t pawl_peer_open(int64_t path)
{
    if (path == 0) {
        return PAWL_EINVAL;
    }
    return pawl_syscall(PAWL_SYS_OPENAT, AT_FDCWD, path, O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0, 0, 0);
}

int64_t pawl_peer_reopen(int32_t descriptor)
{
    if (descriptor < 0) {
        return PAWL_EBADF;
    }
    char path[32] = "/proc/self/fd/";
    int32_t end = sizeof "/proc/self/fd/" - 1;
    int32_t divisor = 1;
    while (descriptor / divisor >= 10) {
        divisor *= 10;
    }
    for (; divisor > 0; divisor /= 10) {
        path[end++] = (char)('0' + descriptor / divisor % 10);
    }
    path[end] = 0;
    /* The link is followed: it leads to the very file, not to a path. */
    int64_t result = pawl_syscall(PAWL_SYS_OPENAT, AT_FDCWD, (int64_t)(intptr_t)path,
                                  O_RDWR | O_CLOEXEC, 0, 0, 0);
    return result == PAWL_ENOENT ? PAWL_EBADF : result;
}

int32_t pawl_peer_close(int64_t peer)
{
    if (peer < 0 || peer > INT32_MAX) {
        return PAWL_EBADF;
    }
    int64_t result = pawl_syscall(PAWL_SYS_CLOSE, peer, 0, 0, 0, 0, 0);
    return result == PAWL_EBADF ? PAWL_EBADF : 0; /* any other error comes after it is closed */
}

/* The kernel's struct stat begins with these on both CPUs, and is less than 256 bytes long. */
struct kernel_stat {
    uint64_t device;
    uint64_t inode;
    uint8_t rest[240];
};

int32_t pawl_peer_at(int64_t peer, int64_t path)
{
    if (peer < 0 || peer > INT32_MAX) {
        return PAWL_EBADF;
    }
    if (path == 0) {
        return PAWL_EINVAL;
    }
    struct kernel_stat mine;
    struct kernel_stat other;
    int64_t result = pawl_syscall(PAWL_SYS_FSTAT, peer, (int64_t)(intptr_t)&mine, 0, 0, 0, 0);
    if (result != 0) {
        return (int32_t)result;
    }
    result = pawl_syscall(PAWL_SYS_NEWFSTATAT, AT_FDCWD, path, (int64_t)(intptr_t)&other, 0, 0, 0);
    if (result != 0) {
        return result == PAWL_ENOENT ? 0 : (int32_t)result;
    }
    return mine.device == other.device && mine.inode == other.inode;
}

#include "ofd_peer.h"
