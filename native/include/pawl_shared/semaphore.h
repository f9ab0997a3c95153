/*
 * semaphore.h: permits for several processes. Those of a dead process return, or are lost.
 *
 * Permits belong to the program that acquired them, and are released by it. A semaphore that is made
 * in C is one whose permits return; those that lose them are made in Java, and used here as well.
 *
 * Algorithm: each slot has a count of what it holds, changed with the mutex held; what is available
 * is what nobody holds that lives. Each change is one store, or is logged before and done again by
 * who takes the mutex next: so the mutex is never poisoned.
 */
#ifndef PAWL_SHARED_SEMAPHORE_H
#define PAWL_SHARED_SEMAPHORE_H

#include "rwlock.h"

/* A semaphore of a region. */
struct pawl_shared_semaphore {
    struct pawl_shared_mutex mutex;
    struct pawl_shared_semaphore_record *record;
    struct pawl_shared_count *held;
};

/* Finds a semaphore by its name: 0, or as pawl_shared_find. */
static inline int32_t pawl_shared_semaphore_find(struct pawl_shared_semaphore *semaphore,
                                                 const struct pawl_shared_region *region,
                                                 const char *name)
{
    void *place;
    uint32_t permits;
    int32_t result = pawl_shared_find(region, PAWL_SHARED_SEMAPHORE, name, &place, &permits);
    if (result == 0) {
        semaphore->record = (struct pawl_shared_semaphore_record *)place;
        semaphore->held = (struct pawl_shared_count *)(void *)(semaphore->record + 1);
        semaphore->mutex.region = region;
        semaphore->mutex.record = &semaphore->record->mutex;
    }
    return result;
}

/* Does what is in the log. */
static inline void pawl_shared_do_log(const struct pawl_shared_semaphore *semaphore)
{
    struct pawl_shared_semaphore_record *record = semaphore->record;
    uint64_t log = __atomic_load_n(&record->log, __ATOMIC_SEQ_CST);
    uint64_t slot = (log >> 32) - 1;
    if (slot < semaphore->mutex.region->slots) {
        __atomic_store_n(&record->lost, (uint32_t)log, __ATOMIC_SEQ_CST);
        __atomic_store_n(&semaphore->held[slot].count, 0, __ATOMIC_SEQ_CST);
    }
    __atomic_store_n(&record->log, 0, __ATOMIC_SEQ_CST);
}

static inline int32_t pawl_shared_semaphore_enter(const struct pawl_shared_semaphore *semaphore,
                                                  int64_t deadline)
{
    int32_t result = pawl_shared_acquire(&semaphore->mutex, deadline);
    if (result != 0) {
        return result;
    }
    /* Also without a mark: in other languages, an error ends a section whose program lives on. */
    if (__atomic_load_n(&semaphore->record->log, __ATOMIC_SEQ_CST) != 0) {
        pawl_shared_do_log(semaphore);
    }
    if ((pawl_shared_word(&semaphore->mutex) & PAWL_SHARED_ORPHAN) != 0) {
        pawl_shared_mutex_clear_poison(&semaphore->mutex);
    }
    return 0;
}

/* Takes back what a dead program holds, or writes it off. */
static inline void pawl_shared_settle(const struct pawl_shared_semaphore *semaphore, uint32_t slot,
                                      uint32_t held)
{
    struct pawl_shared_semaphore_record *record = semaphore->record;
    if ((record->options & PAWL_SHARED_LOSE_PERMITS_OF_THE_DEAD) != 0) {
        uint64_t log = (uint64_t)(slot + 1) << 32 | (record->lost + held);
        __atomic_store_n(&record->log, log, __ATOMIC_SEQ_CST);
        pawl_shared_do_log(semaphore);
    } else {
        __atomic_store_n(&semaphore->held[slot].count, 0, __ATOMIC_SEQ_CST);
    }
    pawl_shared_count_death(semaphore->mutex.region);
}

/* Settles what another program has left in the line of this one, with the mutex held. */
static inline void pawl_shared_settle_own(const struct pawl_shared_semaphore *semaphore)
{
    const struct pawl_shared_region *region = semaphore->mutex.region;
    uint32_t slot = pawl_shared_my_slot(region);
    uint64_t count = __atomic_load_n(&semaphore->held[slot].count, __ATOMIC_SEQ_CST);
    if ((uint32_t)count != 0 && count >> 32 != region->mine >> 32) {
        pawl_shared_settle(semaphore, slot, (uint32_t)count);
    }
}

/* What is available, with the mutex held; looks for the dead if looks is 1. */
static inline int64_t pawl_shared_count_free(const struct pawl_shared_semaphore *semaphore,
                                             int looks)
{
    const struct pawl_shared_region *region = semaphore->mutex.region;
    int64_t held = 0;
    for (uint32_t slot = 0; slot < region->slots; slot++) {
        uint64_t count = __atomic_load_n(&semaphore->held[slot].count, __ATOMIC_SEQ_CST);
        if ((uint32_t)count == 0) {
            continue;
        }
        if (looks && pawl_shared_is_dead(region, slot, (uint32_t)(count >> 32))) {
            pawl_shared_settle(semaphore, slot, (uint32_t)count);
        } else {
            held += (uint32_t)count;
        }
    }
    return (int64_t)semaphore->record->permits - (int64_t)semaphore->record->lost - held;
}

/*
 * Acquires count permits at once. 0, PAWL_ETIMEDOUT, or PAWL_EINVAL if count is not positive.
 */
static inline int32_t pawl_shared_semaphore_acquire(const struct pawl_shared_semaphore *semaphore,
                                                    int32_t count, int64_t deadline)
{
    const struct pawl_shared_region *region = semaphore->mutex.region;
    struct pawl_shared_semaphore_record *record = semaphore->record;
    int64_t slice = 0;
    if (count <= 0) {
        return PAWL_EINVAL;
    }
    for (;;) {
        /* The mutex is held for moments: who may not wait for permits waits for that. */
        pawl_shared_semaphore_enter(semaphore, PAWL_FOREVER);
        pawl_shared_settle_own(semaphore);
        int has = pawl_shared_count_free(semaphore, 0) >= count
                  || pawl_shared_count_free(semaphore, 1) >= count;
        has = has && pawl_shared_add_count(region, semaphore->held, count);
        uint32_t sequence = __atomic_load_n(&record->sequence, __ATOMIC_SEQ_CST);
        pawl_shared_mutex_unlock(&semaphore->mutex);
        if (has) {
            return 0;
        }
        int64_t now = deadline == PAWL_FOREVER ? 0 : pawl_shared_now();
        if (now >= deadline) {
            return PAWL_ETIMEDOUT;
        }
        pawl_shared_wait(&record->sequence, sequence,
                         pawl_shared_slice(region, &slice, now, deadline));
    }
}

/* Acquires count permits if there are as many now: as above, but PAWL_EBUSY. */
static inline int32_t pawl_shared_semaphore_tryacquire(
    const struct pawl_shared_semaphore *semaphore, int32_t count)
{
    int32_t result = pawl_shared_semaphore_acquire(semaphore, count, INT64_MIN);
    return result == PAWL_ETIMEDOUT ? PAWL_EBUSY : result;
}

/*
 * Releases count permits. 0, PAWL_EPERM if this program does not hold as many, or PAWL_EINVAL if
 * count is not positive.
 */
static inline int32_t pawl_shared_semaphore_release(const struct pawl_shared_semaphore *semaphore,
                                                    int32_t count)
{
    if (count <= 0) {
        return PAWL_EINVAL;
    }
    pawl_shared_semaphore_enter(semaphore, PAWL_FOREVER);
    int done = pawl_shared_add_count(semaphore->mutex.region, semaphore->held, -count);
    __atomic_add_fetch(&semaphore->record->sequence, 1, __ATOMIC_SEQ_CST);
    pawl_shared_mutex_unlock(&semaphore->mutex);
    pawl_shared_wake(&semaphore->record->sequence, 1); /* all: some may want more than there are */
    return done ? 0 : PAWL_EPERM;
}

/* How many permits nobody holds who lives. */
static inline int64_t pawl_shared_semaphore_available(const struct pawl_shared_semaphore *semaphore)
{
    pawl_shared_semaphore_enter(semaphore, PAWL_FOREVER);
    int64_t available = pawl_shared_count_free(semaphore, 1);
    pawl_shared_mutex_unlock(&semaphore->mutex);
    return available;
}

#endif
