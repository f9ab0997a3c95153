/*
 * mutex.h: a lock between processes that survives its owner.
 *
 * Not reentrant; owned by the program, so that any of its threads may unlock. Not fair: who comes
 * may overtake who waits.
 *
 * Algorithm: the word names the owner from the instruction that acquires to the one that releases,
 * so that there is no moment at which a killed owner is unknown. Who finds a dead owner replaces it,
 * in one step as well, and leaves ORPHAN until somebody has repaired what the lock guards.
 *
 *   free         -> me             keeps ORPHAN; with WAITERS if this thread has slept
 *   dead owner   -> me             with ORPHAN and WAITERS
 *   living owner -> the same       with WAITERS, by who is about to sleep
 *   me           -> free           keeps ORPHAN; who takes WAITERS away wakes one
 *
 * Waits are slices: whoever waits looks again at the word and at the life of the owner. So a wake
 * that was lost with a killed process is a matter of time, and wakes are for speed alone.
 */
#ifndef PAWL_SHARED_MUTEX_H
#define PAWL_SHARED_MUTEX_H

#include "life.h"

/* A mutex of a region. */
struct pawl_shared_mutex {
    const struct pawl_shared_region *region;
    struct pawl_shared_mutex_record *record;
};

static inline uint64_t pawl_shared_word(const struct pawl_shared_mutex *mutex)
{
    return __atomic_load_n(&mutex->record->word, __ATOMIC_SEQ_CST);
}

static inline int pawl_shared_cas(uint64_t *word, uint64_t expected, uint64_t desired)
{
    return __atomic_compare_exchange_n(word, &expected, desired, 0, __ATOMIC_SEQ_CST,
                                       __ATOMIC_SEQ_CST);
}

/* What others are told of the owner: its slot tells who it is, and no more is known yet. */
static inline void pawl_shared_stamp(struct pawl_shared_mutex_record *record)
{
    if (__atomic_load_n(&record->since, __ATOMIC_RELAXED) != PAWL_SHARED_UNNOTICED) {
        record->thread[0] = 0;
        __atomic_store_n(&record->since, PAWL_SHARED_UNNOTICED, __ATOMIC_RELAXED);
    }
}

/* Who waits notes since when. */
static inline void pawl_shared_notice(struct pawl_shared_mutex_record *record)
{
    uint64_t since = __atomic_load_n(&record->since, __ATOMIC_RELAXED);
    if ((since & PAWL_SHARED_UNNOTICED) != 0) {
        pawl_shared_cas(&record->since, since, pawl_shared_millis());
    }
}

/* Makes this program the owner of a lock that is free or whose owner is dead: whether it is now. */
static inline int pawl_shared_take(const struct pawl_shared_mutex *mutex, uint64_t seen,
                                   uint64_t waiters)
{
    uint64_t mine = mutex->region->mine;
    uint64_t *word = &mutex->record->word;
    if ((seen & PAWL_SHARED_OWNER) == 0) {
        return pawl_shared_cas(
            word, seen, mine | waiters | (seen & (PAWL_SHARED_ORPHAN | PAWL_SHARED_WAITERS)));
    }
    if (!pawl_shared_owner_is_dead(mutex->region, seen)
        || !pawl_shared_cas(word, seen, mine | PAWL_SHARED_ORPHAN | PAWL_SHARED_WAITERS)) {
        return 0;
    }
    pawl_shared_count_death(mutex->region);
    return 1;
}

/* Acquires, whatever became of earlier owners: 0 or PAWL_ETIMEDOUT. */
static inline int32_t pawl_shared_acquire(const struct pawl_shared_mutex *mutex, int64_t deadline)
{
    uint64_t *word = &mutex->record->word;
    uint64_t waiters = 0;
    int64_t slice = 0;
    for (;;) {
        uint64_t seen = pawl_shared_word(mutex);
        if (pawl_shared_take(mutex, seen, waiters)) {
            pawl_shared_stamp(mutex->record);
            return 0;
        }
        if ((seen & PAWL_SHARED_OWNER) == 0) {
            continue;
        }
        int64_t now = deadline == PAWL_FOREVER ? 0 : pawl_shared_now();
        if (now >= deadline && waiters == 0) {
            return PAWL_ETIMEDOUT;
        }
        /* Also by who has slept and leaves: a wake for this thread may have been meant for others. */
        uint64_t waited = seen | PAWL_SHARED_WAITERS;
        if (seen != waited && !pawl_shared_cas(word, seen, waited)) {
            continue;
        }
        if (now >= deadline) {
            return PAWL_ETIMEDOUT;
        }
        waiters = PAWL_SHARED_WAITERS;
        pawl_shared_notice(mutex->record);
        pawl_shared_wait(word, (uint32_t)waited,
                         pawl_shared_slice(mutex->region, &slice, now, deadline));
    }
}

static inline int pawl_shared_is_mine(const struct pawl_shared_mutex *mutex, uint64_t word)
{
    return (word & ~(PAWL_SHARED_WAITERS | PAWL_SHARED_ORPHAN)) == mutex->region->mine;
}

/* Frees the lock in the word seen, of this program; keeps ORPHAN if orphan has that bit. */
static inline void pawl_shared_release(const struct pawl_shared_mutex *mutex, uint64_t seen,
                                       uint64_t orphan)
{
    while (!pawl_shared_cas(&mutex->record->word, seen, seen & orphan)) {
        seen = pawl_shared_word(mutex);
        if (!pawl_shared_is_mine(mutex, seen)) {
            return; /* somebody has written garbage */
        }
    }
    if ((seen & PAWL_SHARED_WAITERS) != 0) {
        pawl_shared_wake(&mutex->record->word, 0);
    }
}

/*
 * Acquires the lock. 0, PAWL_ETIMEDOUT, or PAWL_OWNER_DIED: an owner died, what the lock guards has
 * not been repaired since, and the caller does not hold the lock.
 */
static inline int32_t pawl_shared_mutex_lock(const struct pawl_shared_mutex *mutex,
                                             int64_t deadline)
{
    if (pawl_shared_cas(&mutex->record->word, 0, mutex->region->mine)) {
        pawl_shared_stamp(mutex->record);
        return 0;
    }
    int32_t result = pawl_shared_acquire(mutex, deadline);
    if (result != 0) {
        return result;
    }
    uint64_t word = pawl_shared_word(mutex);
    if ((word & PAWL_SHARED_ORPHAN) == 0) {
        return 0;
    }
    pawl_shared_release(mutex, word, PAWL_SHARED_ORPHAN);
    return PAWL_OWNER_DIED;
}

/* Acquires the lock if that takes no wait: as pawl_shared_mutex_lock, but PAWL_EBUSY. */
static inline int32_t pawl_shared_mutex_trylock(const struct pawl_shared_mutex *mutex)
{
    int32_t result = pawl_shared_mutex_lock(mutex, INT64_MIN);
    return result == PAWL_ETIMEDOUT ? PAWL_EBUSY : result;
}

/*
 * Acquires the lock even if an owner died: for repair. 0 or PAWL_ETIMEDOUT. The caller repairs what
 * the lock guards, calls pawl_shared_mutex_clear_poison and unlocks.
 */
static inline int32_t pawl_shared_mutex_lock_forced(const struct pawl_shared_mutex *mutex,
                                                    int64_t deadline)
{
    return pawl_shared_acquire(mutex, deadline);
}

/* Whether an owner died and what the lock guards has not been repaired: 1 or 0. */
static inline int32_t pawl_shared_mutex_is_poisoned(const struct pawl_shared_mutex *mutex)
{
    uint64_t word = pawl_shared_word(mutex);
    return (word & PAWL_SHARED_ORPHAN) != 0
           || ((word & PAWL_SHARED_OWNER) != 0 && pawl_shared_owner_is_dead(mutex->region, word));
}

/* Says that what the lock guards is as it should be. 0, or PAWL_EPERM: this program does not hold it. */
static inline int32_t pawl_shared_mutex_clear_poison(const struct pawl_shared_mutex *mutex)
{
    for (;;) {
        uint64_t seen = pawl_shared_word(mutex);
        if (!pawl_shared_is_mine(mutex, seen)) {
            return PAWL_EPERM;
        }
        if (pawl_shared_cas(&mutex->record->word, seen, seen & ~PAWL_SHARED_ORPHAN)) {
            return 0;
        }
    }
}

/* Frees the lock. 0, or PAWL_EPERM: this program does not hold it. */
static inline int32_t pawl_shared_mutex_unlock(const struct pawl_shared_mutex *mutex)
{
    if (pawl_shared_cas(&mutex->record->word, mutex->region->mine, 0)) {
        return 0;
    }
    uint64_t seen = pawl_shared_word(mutex);
    if (!pawl_shared_is_mine(mutex, seen)) {
        return PAWL_EPERM;
    }
    pawl_shared_release(mutex, seen, PAWL_SHARED_ORPHAN);
    return 0;
}

#endif
