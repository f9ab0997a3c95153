/*
 * condvar.h: waiting, with a mutex of the region, until another process has changed something.
 *
 * A wait may end without a signal: wait in a loop that looks at what is waited for. A signal that a
 * process took with it when it was killed ends the waits of all others within a slice, and so does
 * the death of an owner of the mutex, who may have died over what is waited for before its signal.
 */
#ifndef PAWL_SHARED_CONDVAR_H
#define PAWL_SHARED_CONDVAR_H

#include "region.h"

/* A condition variable of a region. */
struct pawl_shared_condvar {
    const struct pawl_shared_region *region;
    struct pawl_shared_condvar_record *record;
};

/* Finds a condition variable by its name: 0, or as pawl_shared_find. */
static inline int32_t pawl_shared_condvar_find(struct pawl_shared_condvar *condvar,
                                               const struct pawl_shared_region *region,
                                               const char *name)
{
    void *place;
    uint32_t parameter;
    int32_t result = pawl_shared_find(region, PAWL_SHARED_CONDVAR, name, &place, &parameter);
    if (result == 0) {
        condvar->region = region;
        condvar->record = (struct pawl_shared_condvar_record *)place;
    }
    return result;
}

/*
 * Unlocks the mutex, waits for a signal and locks the mutex again. 0, or PAWL_ETIMEDOUT, both with
 * the mutex held; PAWL_OWNER_DIED, without; PAWL_EPERM: this program did not hold it.
 */
static inline int32_t pawl_shared_condvar_wait(const struct pawl_shared_condvar *condvar,
                                               const struct pawl_shared_mutex *mutex,
                                               int64_t deadline)
{
    struct pawl_shared_condvar_record *record = condvar->record;
    uint32_t sequence = __atomic_load_n(&record->sequence, __ATOMIC_SEQ_CST);
    uint32_t deaths = pawl_shared_deaths(condvar->region);
    int64_t slice = 0;
    int32_t result = 0;
    __atomic_add_fetch(&record->waiters, 1, __ATOMIC_SEQ_CST);
    if (pawl_shared_mutex_unlock(mutex) != 0) {
        __atomic_sub_fetch(&record->waiters, 1, __ATOMIC_SEQ_CST);
        return PAWL_EPERM;
    }
    while (__atomic_load_n(&record->sequence, __ATOMIC_SEQ_CST) == sequence
           && pawl_shared_deaths(condvar->region) == deaths
           && !pawl_shared_mutex_is_poisoned(mutex)) {
        int64_t now = deadline == PAWL_FOREVER ? 0 : pawl_shared_now();
        if (now >= deadline) {
            result = PAWL_ETIMEDOUT;
            break;
        }
        pawl_shared_wait(&record->sequence, sequence,
                         pawl_shared_slice(condvar->region, &slice, now, deadline));
    }
    __atomic_sub_fetch(&record->waiters, 1, __ATOMIC_SEQ_CST);
    int32_t locked = pawl_shared_mutex_lock(mutex, PAWL_FOREVER);
    return locked != 0 ? locked : result;
}

/* Ends the wait of one, or of all, that wait now; called with the mutex held. */
static inline void pawl_shared_condvar_notify(const struct pawl_shared_condvar *condvar, int all)
{
    if (__atomic_load_n(&condvar->record->waiters, __ATOMIC_SEQ_CST) != 0) {
        __atomic_add_fetch(&condvar->record->sequence, 1, __ATOMIC_SEQ_CST);
        pawl_shared_wake(&condvar->record->sequence, all);
    }
}

/* Ends the wait of one, if somebody waits. */
static inline void pawl_shared_condvar_signal(const struct pawl_shared_condvar *condvar)
{
    pawl_shared_condvar_notify(condvar, 0);
}

/* Ends the waits of all who wait. */
static inline void pawl_shared_condvar_broadcast(const struct pawl_shared_condvar *condvar)
{
    pawl_shared_condvar_notify(condvar, 1);
}

#endif
