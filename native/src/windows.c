/*
 * windows.c: WaitOnAddress, FlushProcessWriteBuffers, SRWLOCK.
 *
 * WaitOnAddress promises no memory order, may return for no reason, and its timeout is relative
 * and in milliseconds. So each wait and wake carries a fence of its own, and a timeout is rounded
 * up and repeated until the clock of System.nanoTime() has reached the deadline.
 *
 * There is no requeue, no wait on several words, no wait between processes, and no lock with
 * priority inheritance for a plain word.
 *
 * Wine's FlushProcessWriteBuffers returns without having fenced any thread, so that under Wine there
 * is no process-wide barrier.
 */
#include "internal.h"

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

typedef BOOL(WINAPI *wait_function)(volatile VOID *, PVOID, SIZE_T, DWORD);
typedef VOID(WINAPI *wake_function)(PVOID);

/*
 * Resolved while the library is loaded, before the first call, and never changed: the same in every
 * copy of the library.
 */
static wait_function wait_on_address;
static wake_function wake_single;
static wake_function wake_all;
static int is_wine;

/* FARPROC stands for any function; the way through void (*)(void) tells the compiler so. */
#define RESOLVE(variable, type, module, name) \
    ((variable) = (type)(void (*)(void))GetProcAddress((module), (name)))

BOOL WINAPI DllMain(HINSTANCE library, DWORD reason, LPVOID reserved)
{
    (void)library;
    (void)reserved;
    if (reason != DLL_PROCESS_ATTACH) {
        return TRUE;
    }
    HMODULE module = GetModuleHandleW(L"api-ms-win-core-synch-l1-2-0.dll");
    if (module == NULL) {
        module = GetModuleHandleW(L"KernelBase.dll");
    }
    if (module != NULL) {
        RESOLVE(wait_on_address, wait_function, module, "WaitOnAddress");
        RESOLVE(wake_single, wake_function, module, "WakeByAddressSingle");
        RESOLVE(wake_all, wake_function, module, "WakeByAddressAll");
    }
    module = GetModuleHandleW(L"ntdll.dll");
    is_wine = module != NULL && GetProcAddress(module, "wine_get_version") != NULL;
    return TRUE;
}

/*
 * System.nanoTime(). HotSpot has multiplied the counter by the nanoseconds of a tick in some
 * releases and divided it by the frequency first in others, in double arithmetic both times; the
 * results can differ in the last digit, and the lower one is ahead of neither.
 */
static int64_t nano_time(void)
{
    LARGE_INTEGER count;
    LARGE_INTEGER frequency;
    QueryPerformanceCounter(&count);
    QueryPerformanceFrequency(&frequency);
    double ticks = (double)count.QuadPart;
    double per_second = (double)frequency.QuadPart;
    int64_t multiplied = (int64_t)(ticks * (1e9 / per_second));
    int64_t divided = (int64_t)((ticks / per_second) * 1e9);
    return multiplied < divided ? multiplied : divided;
}

/* The time left, rounded up to milliseconds, and never INFINITE. */
static DWORD milliseconds(int64_t nanos)
{
    int64_t millis = nanos / PAWL_NANOS_PER_MILLI + (nanos % PAWL_NANOS_PER_MILLI != 0);
    return millis < (int64_t)INFINITE ? (DWORD)millis : INFINITE - 1;
}

int32_t pawl_wait(int64_t address, int32_t expected, int64_t deadline, int32_t flags)
{
    if (!pawl_is_word(address) || !pawl_is_flags(flags)) {
        return PAWL_EINVAL;
    }
    if (flags == PAWL_SHARED || wait_on_address == NULL) {
        return PAWL_ENOSYS;
    }
    volatile int32_t *word = (volatile int32_t *)(intptr_t)address;
    MemoryBarrier();
    for (;;) {
        if (*word != expected) {
            MemoryBarrier();
            return PAWL_EAGAIN;
        }
        DWORD timeout = INFINITE;
        if (deadline != PAWL_FOREVER) {
            int64_t now = nano_time();
            if (now >= deadline) {
                return PAWL_ETIMEDOUT;
            }
            timeout = milliseconds(deadline - now);
        }
        if (wait_on_address(word, &expected, sizeof expected, timeout)) {
            MemoryBarrier();
            return 0;
        }
        if (GetLastError() != ERROR_TIMEOUT) {
            return PAWL_EINTR;
        }
    }
}

int32_t pawl_wake(int64_t address, int32_t count, int32_t flags)
{
    if (!pawl_is_word(address) || !pawl_is_flags(flags) || count < 0) {
        return PAWL_EINVAL;
    }
    if (flags == PAWL_SHARED || wake_single == NULL || wake_all == NULL) {
        return PAWL_ENOSYS;
    }
    PVOID word = (PVOID)(intptr_t)address;
    MemoryBarrier();
    if (count == INT32_MAX) {
        wake_all(word);
    } else {
        for (int32_t i = 0; i < count; i++) {
            wake_single(word);
        }
    }
    return 0;
}

int32_t pawl_requeue(int64_t from, int32_t expected, int32_t wake, int32_t move, int64_t to,
                     int32_t flags)
{
    (void)expected;
    if (!pawl_is_word(from) || !pawl_is_word(to) || !pawl_is_flags(flags) || wake < 0 || move < 0) {
        return PAWL_EINVAL;
    }
    return PAWL_ENOSYS;
}

int32_t pawl_waitv(int64_t waiters, int32_t count, int64_t deadline)
{
    (void)waiters;
    (void)count;
    (void)deadline;
    return PAWL_ENOSYS;
}

int32_t pawl_barrier_register(void)
{
    return is_wine ? PAWL_ENOSYS : 0;
}

int32_t pawl_barrier(void)
{
    if (is_wine) {
        return PAWL_ENOSYS;
    }
    FlushProcessWriteBuffers();
    return 0;
}

int32_t pawl_pi_lock(int64_t address, int64_t deadline, int32_t flags)
{
    (void)address;
    (void)deadline;
    (void)flags;
    return PAWL_ENOSYS;
}

int32_t pawl_pi_trylock(int64_t address, int32_t flags)
{
    (void)address;
    (void)flags;
    return PAWL_ENOSYS;
}

int32_t pawl_pi_unlock(int64_t address, int32_t flags)
{
    (void)address;
    (void)flags;
    return PAWL_ENOSYS;
}

int32_t pawl_os_size(void)
{
    return (int32_t)sizeof(SRWLOCK);
}

int32_t pawl_os_alignment(void)
{
    return (int32_t)sizeof(SRWLOCK);
}

int32_t pawl_os_init(int64_t address)
{
    if (!pawl_is_os_lock(address)) {
        return PAWL_EINVAL;
    }
    InitializeSRWLock((PSRWLOCK)(intptr_t)address);
    return 0;
}

int32_t pawl_os_destroy(int64_t address)
{
    return pawl_is_os_lock(address) ? 0 : PAWL_EINVAL;
}

int32_t pawl_os_lock(int64_t address)
{
    if (!pawl_is_os_lock(address)) {
        return PAWL_EINVAL;
    }
    AcquireSRWLockExclusive((PSRWLOCK)(intptr_t)address);
    return 0;
}

int32_t pawl_os_lock_until(int64_t address, int64_t deadline)
{
    if (!pawl_is_os_lock(address)) {
        return PAWL_EINVAL;
    }
    return deadline == PAWL_FOREVER ? pawl_os_lock(address) : PAWL_ENOSYS;
}

int32_t pawl_os_trylock(int64_t address)
{
    if (!pawl_is_os_lock(address)) {
        return PAWL_EINVAL;
    }
    return TryAcquireSRWLockExclusive((PSRWLOCK)(intptr_t)address) ? 0 : PAWL_EBUSY;
}

int32_t pawl_os_unlock(int64_t address)
{
    if (!pawl_is_os_lock(address)) {
        return PAWL_EINVAL;
    }
    ReleaseSRWLockExclusive((PSRWLOCK)(intptr_t)address);
    return 0;
}
