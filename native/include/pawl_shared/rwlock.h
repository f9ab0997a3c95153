/*
 * rwlock.h: a lock for readers and writers of several processes, of which any may die.
 *
 * Owned by the program, as the mutex. A writer that waits keeps new readers out.
 *
 * Algorithm: a reader counts itself in the line of its slot and looks at writer; a writer holds the
 * mutex, sets writer and looks at all lines, until each is 0 or that of a dead program. One of the
 * two sees the other. A reader that meets a writer uncounts itself and counts again with the mutex
 * held. What is guarded may be half changed only while writer is set: so writer stays set as long as
 * the mutex is marked, and a mark is of no consequence while writer is clear.
 */
#ifndef PAWL_SHARED_RWLOCK_H
#define PAWL_SHARED_RWLOCK_H

#include "region.h"

/* A read-write lock of a region. */
struct pawl_shared_rwlock {
    struct pawl_shared_mutex mutex;
    struct pawl_shared_rwlock_record *record;
    struct pawl_shared_count *readers;
};

/* Finds a read-write lock by its name: 0, or as pawl_shared_find. */
static inline int32_t pawl_shared_rwlock_find(struct pawl_shared_rwlock *lock,
                                              const struct pawl_shared_region *region,
                                              const char *name)
{
    void *place;
    uint32_t parameter;
    int32_t result = pawl_shared_find(region, PAWL_SHARED_RWLOCK, name, &place, &parameter);
    if (result == 0) {
        lock->record = (struct pawl_shared_rwlock_record *)place;
        lock->readers = (struct pawl_shared_count *)(void *)(lock->record + 1);
        lock->mutex.region = region;
        lock->mutex.record = &lock->record->mutex;
    }
    return result;
}

/*
 * Adds to the count of this program in its line, in one step, unless it would be negative: whether
 * it did. What a dead program left in the line counts as 0.
 */
static inline int pawl_shared_add_count(const struct pawl_shared_region *region,
                                        struct pawl_shared_count *lines, int32_t change)
{
    uint64_t *line = &lines[pawl_shared_my_slot(region)].count;
    for (;;) {
        uint64_t seen = __atomic_load_n(line, __ATOMIC_SEQ_CST);
        int64_t count = seen >> 32 == region->mine >> 32 ? (int64_t)(uint32_t)seen : 0;
        if (count + change < 0 || count + change > UINT32_MAX) {
            return 0;
        }
        if (pawl_shared_cas(line, seen, pawl_shared_my_count(region, (uint32_t)(count + change)))) {
            return 1;
        }
    }
}

static inline int pawl_shared_has_writer(const struct pawl_shared_rwlock *lock)
{
    return __atomic_load_n(&lock->record->writer, __ATOMIC_SEQ_CST) != 0;
}

static inline void pawl_shared_set_writer(const struct pawl_shared_rwlock *lock, uint32_t value)
{
    __atomic_store_n(&lock->record->writer, value, __ATOMIC_SEQ_CST);
}

/* The mutex: 0, PAWL_ETIMEDOUT, or PAWL_OWNER_DIED unless the lock is forced. */
static inline int32_t pawl_shared_rwlock_enter(const struct pawl_shared_rwlock *lock,
                                               int64_t deadline, int forced)
{
    int32_t result = pawl_shared_acquire(&lock->mutex, deadline);
    if (result != 0 || (pawl_shared_word(&lock->mutex) & PAWL_SHARED_ORPHAN) == 0) {
        return result;
    }
    if (!pawl_shared_has_writer(lock)) {
        pawl_shared_mutex_clear_poison(&lock->mutex); /* the dead one had changed nothing */
        return 0;
    }
    if (!forced) {
        pawl_shared_mutex_unlock(&lock->mutex);
        return PAWL_OWNER_DIED;
    }
    return 0;
}

/* Frees the lock of a reader. 0, or PAWL_EPERM: this program has none. */
static inline int32_t pawl_shared_rwlock_read_unlock(const struct pawl_shared_rwlock *lock)
{
    if (!pawl_shared_add_count(lock->mutex.region, lock->readers, -1)) {
        return PAWL_EPERM;
    }
    if (pawl_shared_has_writer(lock)) {
        __atomic_add_fetch(&lock->record->drained, 1, __ATOMIC_SEQ_CST);
        pawl_shared_wake(&lock->record->drained, 1);
    }
    return 0;
}

/*
 * Acquires the lock for reading. 0, PAWL_ETIMEDOUT, or PAWL_OWNER_DIED: a writer died, what the lock
 * guards has not been repaired since, and the caller does not hold the lock. PAWL_EAGAIN: this
 * program holds it as often as can be counted.
 */
static inline int32_t pawl_shared_rwlock_read_lock(const struct pawl_shared_rwlock *lock,
                                                   int64_t deadline)
{
    const struct pawl_shared_region *region = lock->mutex.region;
    if (!pawl_shared_add_count(region, lock->readers, 1)) {
        return PAWL_EAGAIN;
    }
    if (!pawl_shared_has_writer(lock)) {
        return 0;
    }
    pawl_shared_rwlock_read_unlock(lock);
    int32_t result = pawl_shared_rwlock_enter(lock, deadline, 0);
    if (result == 0) {
        pawl_shared_set_writer(lock, 0);
        result = pawl_shared_add_count(region, lock->readers, 1) ? 0 : PAWL_EAGAIN;
        pawl_shared_mutex_unlock(&lock->mutex);
    }
    return result;
}

/* Whether a reader in this line lives; the count of a dead one is removed. */
static inline int pawl_shared_is_read(const struct pawl_shared_rwlock *lock, uint32_t slot)
{
    uint64_t *line = &lock->readers[slot].count;
    uint64_t seen = __atomic_load_n(line, __ATOMIC_SEQ_CST);
    if ((uint32_t)seen == 0) {
        return 0;
    }
    if (!pawl_shared_is_dead(lock->mutex.region, slot, (uint32_t)(seen >> 32))) {
        return 1;
    }
    if (pawl_shared_cas(line, seen, 0)) {
        pawl_shared_count_death(lock->mutex.region);
        return 0;
    }
    return 1; /* the next of this slot has come; look again */
}

/* Frees the lock of a writer. 0, or PAWL_EPERM: this program does not hold it. */
static inline int32_t pawl_shared_rwlock_write_unlock(const struct pawl_shared_rwlock *lock)
{
    uint64_t word = pawl_shared_word(&lock->mutex);
    if (!pawl_shared_is_mine(&lock->mutex, word)) {
        return PAWL_EPERM;
    }
    if ((word & PAWL_SHARED_ORPHAN) == 0) {
        pawl_shared_set_writer(lock, 0);
    }
    return pawl_shared_mutex_unlock(&lock->mutex);
}

static inline int32_t pawl_shared_write(const struct pawl_shared_rwlock *lock, int64_t deadline,
                                        int forced)
{
    int32_t result = pawl_shared_rwlock_enter(lock, deadline, forced);
    if (result != 0) {
        return result;
    }
    pawl_shared_set_writer(lock, 1);
    for (uint32_t slot = 0; slot < lock->mutex.region->slots; slot++) {
        int64_t slice = 0;
        for (;;) {
            uint32_t drained = __atomic_load_n(&lock->record->drained, __ATOMIC_SEQ_CST);
            if (!pawl_shared_is_read(lock, slot)) {
                break;
            }
            int64_t now = deadline == PAWL_FOREVER ? 0 : pawl_shared_now();
            if (now >= deadline) {
                pawl_shared_rwlock_write_unlock(lock);
                return PAWL_ETIMEDOUT;
            }
            pawl_shared_wait(&lock->record->drained, drained,
                             pawl_shared_slice(lock->mutex.region, &slice, now, deadline));
        }
    }
    return 0;
}

/* Acquires the lock for writing: as pawl_shared_rwlock_read_lock. */
static inline int32_t pawl_shared_rwlock_write_lock(const struct pawl_shared_rwlock *lock,
                                                    int64_t deadline)
{
    return pawl_shared_write(lock, deadline, 0);
}

/*
 * Acquires the lock for writing even if a writer died: for repair. 0 or PAWL_ETIMEDOUT. The caller
 * repairs what the lock guards, calls pawl_shared_rwlock_clear_poison and unlocks.
 */
static inline int32_t pawl_shared_rwlock_write_lock_forced(const struct pawl_shared_rwlock *lock,
                                                           int64_t deadline)
{
    return pawl_shared_write(lock, deadline, 1);
}

/* Whether a writer died and what the lock guards has not been repaired: 1 or 0. */
static inline int32_t pawl_shared_rwlock_is_poisoned(const struct pawl_shared_rwlock *lock)
{
    return pawl_shared_has_writer(lock) && pawl_shared_mutex_is_poisoned(&lock->mutex);
}

/* Says that what the lock guards is as it should be. 0, or PAWL_EPERM: this program is no writer. */
static inline int32_t pawl_shared_rwlock_clear_poison(const struct pawl_shared_rwlock *lock)
{
    return pawl_shared_mutex_clear_poison(&lock->mutex);
}

#endif
