/*
 * lock_user.c: C code that shares locks with Java code of its process, a library of its own that
 * knows nothing of Pawl. The tests of io.pawl.platform load it.
 */
#include <stdint.h>
#include <stdlib.h>

#if defined(_WIN32)
#  define WIN32_LEAN_AND_MEAN
#  include <windows.h>
#  define EXPORT __declspec(dllexport)
typedef SRWLOCK lock_t;
#  define LOCK(lock) AcquireSRWLockExclusive(lock)
#  define UNLOCK(lock) ReleaseSRWLockExclusive(lock)
#  define INIT(lock) InitializeSRWLock(lock)
#elif defined(__APPLE__)
#  include <os/lock.h>
#  define EXPORT __attribute__((visibility("default")))
typedef os_unfair_lock lock_t;
#  define LOCK(lock) os_unfair_lock_lock(lock)
#  define UNLOCK(lock) os_unfair_lock_unlock(lock)
#  define INIT(lock) (*(lock) = OS_UNFAIR_LOCK_INIT)
#else
#  include <pthread.h>
#  define EXPORT __attribute__((visibility("default")))
typedef pthread_mutex_t lock_t;
#  define LOCK(lock) pthread_mutex_lock(lock)
#  define UNLOCK(lock) pthread_mutex_unlock(lock)
#  define INIT(lock) pthread_mutex_init(lock, NULL)
#endif

/* A lock as a C program has it, between other members, and what it guards. */
struct account {
    int32_t number;
    lock_t lock;
    int64_t balance;
};

EXPORT struct account *account_open(void);
EXPORT void account_close(struct account *account);
EXPORT lock_t *account_lock(struct account *account);
EXPORT int64_t *account_balance(struct account *account);
EXPORT void lock_and_add(lock_t *lock, int64_t *number, int32_t rounds);

struct account *account_open(void)
{
    struct account *account = calloc(1, sizeof *account);
    if (account != NULL) {
        INIT(&account->lock);
    }
    return account;
}

void account_close(struct account *account)
{
    free(account);
}

lock_t *account_lock(struct account *account)
{
    return &account->lock;
}

int64_t *account_balance(struct account *account)
{
    return &account->balance;
}

/* Adds 1 to the number in each round, in two steps between which others must not come. */
void lock_and_add(lock_t *lock, int64_t *number, int32_t rounds)
{
    for (int32_t i = 0; i < rounds; i++) {
        LOCK(lock);
        volatile int64_t *guarded = number;
        int64_t seen = *guarded;
        *guarded = seen + 1;
        UNLOCK(lock);
    }
}
