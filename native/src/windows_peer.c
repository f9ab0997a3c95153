/*
 * windows_peer.c: a process's proof of life, a byte locked by LockFileEx.
 *
 * There is no question that does not lock, so that who asks takes the byte for an instant. It asks
 * for an exclusive lock: a shared one would be granted beside an exclusive one of the same handle,
 * and giving it back would give back the other first.
 */
#include "internal.h"

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

/* Linux's number for an error of this system, negated. */
static int32_t negated(DWORD error)
{
    switch (error) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_INVALID_NAME:
        return PAWL_ENOENT;
    case ERROR_ACCESS_DENIED:
    case ERROR_SHARING_VIOLATION:
        return PAWL_EACCES;
    case ERROR_INVALID_HANDLE:
        return PAWL_EBADF;
    case ERROR_LOCK_VIOLATION:
    case ERROR_IO_PENDING:
        return PAWL_EAGAIN;
    case ERROR_TOO_MANY_OPEN_FILES:
        return PAWL_EMFILE;
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_OUTOFMEMORY:
        return PAWL_ENOMEM;
    case ERROR_INVALID_FUNCTION:
    case ERROR_NOT_SUPPORTED:
        return PAWL_ENOSYS;
    default:
        return PAWL_EIO;
    }
}

static HANDLE handle(int64_t peer)
{
    return (HANDLE)(intptr_t)peer;
}

static HANDLE open_file(int64_t path, DWORD access, DWORD flags)
{
    DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    return CreateFileW((LPCWSTR)(intptr_t)path, access, share, NULL, OPEN_EXISTING,
                       FILE_ATTRIBUTE_NORMAL | flags, NULL);
}

static int32_t lock(int64_t peer, int64_t byte)
{
    OVERLAPPED at = {0};
    at.Offset = (DWORD)byte;
    at.OffsetHigh = (DWORD)(byte >> 32);
    return LockFileEx(handle(peer), LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0,
                      &at)
               ? 0
               : negated(GetLastError());
}

/* 0 also if peer does not hold the byte, as on other systems. */
static int32_t unlock(int64_t peer, int64_t byte)
{
    OVERLAPPED at = {0};
    at.Offset = (DWORD)byte;
    at.OffsetHigh = (DWORD)(byte >> 32);
    if (UnlockFileEx(handle(peer), 0, 1, 0, &at)) {
        return 0;
    }
    DWORD error = GetLastError(); /* Wine says that another has the lock */
    return error == ERROR_NOT_LOCKED || error == ERROR_LOCK_VIOLATION ? 0 : negated(error);
}

int64_t pawl_peer_open(int64_t path)
{
    if (path == 0) {
        return PAWL_EINVAL;
    }
    HANDLE file = open_file(path, GENERIC_READ | GENERIC_WRITE, FILE_FLAG_OPEN_REPARSE_POINT);
    if (file == INVALID_HANDLE_VALUE) {
        return negated(GetLastError());
    }
    BY_HANDLE_FILE_INFORMATION information;
    int32_t result = 0;
    if (!GetFileInformationByHandle(file, &information)) {
        result = negated(GetLastError());
    } else if ((information.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0) {
        result = PAWL_ELOOP;
    }
    if (result != 0) {
        CloseHandle(file);
        return result;
    }
    return (int64_t)(intptr_t)file;
}

int64_t pawl_peer_reopen(int32_t descriptor)
{
    return descriptor < 0 ? PAWL_EBADF : PAWL_ENOSYS;
}

int32_t pawl_peer_close(int64_t peer)
{
    return CloseHandle(handle(peer)) ? 0 : PAWL_EBADF;
}

int32_t pawl_peer_at(int64_t peer, int64_t path)
{
    if (path == 0) {
        return PAWL_EINVAL;
    }
    BY_HANDLE_FILE_INFORMATION mine;
    if (!GetFileInformationByHandle(handle(peer), &mine)) {
        return negated(GetLastError());
    }
    HANDLE file = open_file(path, 0, 0);
    if (file == INVALID_HANDLE_VALUE) {
        int32_t result = negated(GetLastError());
        return result == PAWL_ENOENT ? 0 : result;
    }
    BY_HANDLE_FILE_INFORMATION other;
    int32_t result;
    if (!GetFileInformationByHandle(file, &other)) {
        result = negated(GetLastError());
    } else {
        result = mine.dwVolumeSerialNumber == other.dwVolumeSerialNumber
                 && mine.nFileIndexHigh == other.nFileIndexHigh
                 && mine.nFileIndexLow == other.nFileIndexLow;
    }
    CloseHandle(file);
    return result;
}

int32_t pawl_peer_claim(int64_t peer, int32_t slot)
{
    return pawl_is_slot(slot) ? lock(peer, pawl_slot_byte(slot)) : PAWL_EINVAL;
}

int32_t pawl_peer_alive(int64_t peer, int32_t slot)
{
    if (!pawl_is_slot(slot)) {
        return PAWL_EINVAL;
    }
    int32_t result = lock(peer, pawl_slot_byte(slot));
    if (result != 0) {
        return result == PAWL_EAGAIN ? 1 : result;
    }
    return unlock(peer, pawl_slot_byte(slot));
}

int32_t pawl_peer_init_lock(int64_t peer, int32_t take)
{
    if ((take & ~1) != 0) {
        return PAWL_EINVAL;
    }
    return take ? lock(peer, PAWL_INIT_BYTE) : unlock(peer, PAWL_INIT_BYTE);
}
