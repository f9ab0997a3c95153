/*
 * macos_peer.c: a process's proof of life, an open-file-description lock.
 *
 * Such a lock belongs to the open description of the file, not to the process as fcntl's older ones
 * do: it is not lost when somebody closes another descriptor of the file.
 */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* From <sys/fcntl.h>, which shows them to few. */
#if !defined(F_OFD_SETLK)
#  define F_OFD_SETLK 90
#endif
#if !defined(F_OFD_GETLK)
#  define F_OFD_GETLK 92
#endif

/* Linux's number for an error of this system, negated. */
static int32_t negated(int error)
{
    switch (error) {
    case EAGAIN:
    case EACCES:
        return error == EAGAIN ? PAWL_EAGAIN : PAWL_EACCES;
    case EDEADLK:
        return PAWL_EDEADLK;
    case ELOOP:
        return PAWL_ELOOP;
    case ENOTSUP:
    case EOPNOTSUPP:
    case ENOSYS:
        return PAWL_ENOSYS;
    default:
        return error < EDEADLK || (error > EDEADLK && error < EAGAIN) ? -error : PAWL_EIO;
    }
}

static int is_descriptor(int64_t peer)
{
    return peer >= 0 && peer <= INT32_MAX;
}

static int32_t lock(int64_t peer, int32_t command, int16_t type, int64_t byte, int16_t *found)
{
    if (!is_descriptor(peer)) {
        return PAWL_EBADF;
    }
    struct flock flock = {.l_start = byte, .l_len = 1, .l_type = type, .l_whence = SEEK_SET};
    int saved = errno;
    int32_t result = fcntl((int)peer, command, &flock) == -1 ? negated(errno) : 0;
    errno = saved;
    *found = flock.l_type;
    switch (result) {
    case PAWL_EACCES: /* POSIX allows either number */
        return PAWL_EAGAIN;
    case PAWL_EINVAL: /* a kernel without the command, as the arguments are right */
        return PAWL_ENOSYS;
    default:
        return result;
    }
}

int64_t pawl_peer_open(int64_t path)
{
    if (path == 0) {
        return PAWL_EINVAL;
    }
    int saved = errno;
    int descriptor = open((const char *)(intptr_t)path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    int64_t result = descriptor == -1 ? negated(errno) : descriptor;
    errno = saved;
    return result;
}

/* Opening /dev/fd/N duplicates the descriptor, which proves nothing. */
int64_t pawl_peer_reopen(int32_t descriptor)
{
    return descriptor < 0 ? PAWL_EBADF : PAWL_ENOSYS;
}

int32_t pawl_peer_close(int64_t peer)
{
    if (!is_descriptor(peer)) {
        return PAWL_EBADF;
    }
    int saved = errno;
    int32_t result = close((int)peer) == -1 && errno == EBADF ? PAWL_EBADF : 0;
    errno = saved;
    return result;
}

int32_t pawl_peer_at(int64_t peer, int64_t path)
{
    if (!is_descriptor(peer)) {
        return PAWL_EBADF;
    }
    if (path == 0) {
        return PAWL_EINVAL;
    }
    struct stat mine;
    struct stat other;
    int saved = errno;
    int32_t result;
    if (fstat((int)peer, &mine) == -1) {
        result = negated(errno);
    } else if (stat((const char *)(intptr_t)path, &other) == -1) {
        result = errno == ENOENT ? 0 : negated(errno);
    } else {
        result = mine.st_dev == other.st_dev && mine.st_ino == other.st_ino;
    }
    errno = saved;
    return result;
}

#include "ofd_peer.h"
