/*
 * seqlock.h: a record that is read much more often than written: readers store nothing.
 *
 * Algorithm: the sequence is odd from before a writer changes the record until after it. A reader
 * copies the record between two looks at the sequence, and copies again unless it was even and the
 * same. One that has tried often takes the mutex. A writer that died leaves the sequence odd and the
 * mutex marked; the next that writes the whole record makes it whole.
 */
#ifndef PAWL_SHARED_SEQLOCK_H
#define PAWL_SHARED_SEQLOCK_H

#include "region.h"

#define PAWL_SHARED_ATTEMPTS 256

/* A record of a region. */
struct pawl_shared_seqlock {
    struct pawl_shared_mutex mutex;
    struct pawl_shared_seqlock_record *record;
    uint32_t size; /* in bytes */
};

/* Finds a record by its name: 0, or as pawl_shared_find. */
static inline int32_t pawl_shared_seqlock_find(struct pawl_shared_seqlock *lock,
                                               const struct pawl_shared_region *region,
                                               const char *name)
{
    void *place;
    int32_t result = pawl_shared_find(region, PAWL_SHARED_SEQLOCK, name, &place, &lock->size);
    if (result == 0) {
        lock->record = (struct pawl_shared_seqlock_record *)place;
        lock->mutex.region = region;
        lock->mutex.record = &lock->record->mutex;
    }
    return result;
}

/* Copies bytes of which some may be changed by others meanwhile, in words as far as there are. */
static inline void pawl_shared_copy(void *to, const void *from, uint32_t size, int into_region)
{
    unsigned char *target = (unsigned char *)to;
    const unsigned char *source = (const unsigned char *)from;
    uint32_t i = 0;
    for (; i + 8 <= size; i += 8) {
        uint64_t word;
        if (into_region) {
            memcpy(&word, source + i, 8);
            __atomic_store_n((uint64_t *)(void *)(target + i), word, __ATOMIC_RELAXED);
        } else {
            word = __atomic_load_n((const uint64_t *)(const void *)(source + i), __ATOMIC_RELAXED);
            memcpy(target + i, &word, 8);
        }
    }
    for (; i < size; i++) {
        __atomic_store_n(target + i, __atomic_load_n(source + i, __ATOMIC_RELAXED),
                         __ATOMIC_RELAXED);
    }
}

/*
 * Writes the whole record, of lock->size bytes. 0 or PAWL_ETIMEDOUT. What a dead writer left half
 * written is whole again.
 */
static inline int32_t pawl_shared_seqlock_write(const struct pawl_shared_seqlock *lock,
                                                const void *source, int64_t deadline)
{
    struct pawl_shared_seqlock_record *record = lock->record;
    int32_t result = pawl_shared_acquire(&lock->mutex, deadline);
    if (result != 0) {
        return result;
    }
    uint32_t odd = __atomic_load_n(&record->sequence, __ATOMIC_RELAXED) | 1;
    __atomic_store_n(&record->sequence, odd, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_RELEASE);
    pawl_shared_copy(record + 1, source, lock->size, 1);
    __atomic_store_n(&record->sequence, odd + 1, __ATOMIC_RELEASE);
    pawl_shared_mutex_clear_poison(&lock->mutex);
    return pawl_shared_mutex_unlock(&lock->mutex);
}

/*
 * Reads the record as one writer left it, into lock->size bytes. 0, PAWL_ETIMEDOUT, or
 * PAWL_OWNER_DIED: a writer died within, and nobody has written since.
 */
static inline int32_t pawl_shared_seqlock_read(const struct pawl_shared_seqlock *lock, void *target,
                                               int64_t deadline)
{
    struct pawl_shared_seqlock_record *record = lock->record;
    for (int i = 0; i < PAWL_SHARED_ATTEMPTS; i++) {
        uint32_t before = __atomic_load_n(&record->sequence, __ATOMIC_ACQUIRE);
        if ((before & 1) != 0) {
            continue;
        }
        pawl_shared_copy(target, record + 1, lock->size, 0);
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        if (__atomic_load_n(&record->sequence, __ATOMIC_RELAXED) == before) {
            return 0;
        }
    }
    int32_t result = pawl_shared_acquire(&lock->mutex, deadline);
    if (result != 0) {
        return result;
    }
    if ((__atomic_load_n(&record->sequence, __ATOMIC_RELAXED) & 1) != 0) {
        result = PAWL_OWNER_DIED;
    } else {
        pawl_shared_copy(target, record + 1, lock->size, 0);
        pawl_shared_mutex_clear_poison(&lock->mutex); /* a dead owner had begun nothing */
    }
    pawl_shared_mutex_unlock(&lock->mutex);
    return result;
}

#endif
