/* locks.c: the primitives of pawl_shared.h, among the living and the dead. */
#include "other.h"

#include <errno.h>

#define SOON (pawl_shared_now() + 20 * MILLIS)

static struct pawl_shared_mutex find_mutex(struct pawl_shared_region *region)
{
    struct pawl_shared_mutex mutex;
    CHECK_EQ(pawl_shared_define(region, PAWL_SHARED_MUTEX, "lock", 0), 0);
    CHECK_EQ(pawl_shared_mutex_find(&mutex, region, "lock"), 0);
    return mutex;
}

static void hold_mutex(struct pawl_shared_region *region)
{
    struct pawl_shared_mutex mutex = find_mutex(region);
    CHECK_EQ(pawl_shared_mutex_lock(&mutex, PAWL_FOREVER), 0);
}

TEST(shared_mutex_has_one_owner)
{
    struct pawl_shared_mutex mutex = find_mutex(new_region());
    pid_t other = start_other(hold_mutex);
    errno = 4711;
    CHECK_EQ(pawl_shared_mutex_trylock(&mutex), PAWL_EBUSY);
    CHECK_EQ(pawl_shared_mutex_lock(&mutex, SOON), PAWL_ETIMEDOUT);
    CHECK_EQ(pawl_shared_mutex_lock_forced(&mutex, SOON), PAWL_ETIMEDOUT);
    CHECK_EQ(pawl_shared_mutex_unlock(&mutex), PAWL_EPERM);
    CHECK_EQ(pawl_shared_mutex_clear_poison(&mutex), PAWL_EPERM);
    CHECK_EQ(pawl_shared_mutex_is_poisoned(&mutex), 0);
    CHECK_EQ(errno, 4711);
    kill_other(other);
}

TEST(shared_mutex_of_a_dead_owner_is_refused_until_it_is_repaired)
{
    struct pawl_shared_mutex mutex = find_mutex(new_region());
    kill_other(start_other(hold_mutex));
    CHECK_EQ(pawl_shared_mutex_is_poisoned(&mutex), 1);
    CHECK_EQ(pawl_shared_mutex_lock(&mutex, PAWL_FOREVER), PAWL_OWNER_DIED);
    CHECK_EQ(pawl_shared_mutex_trylock(&mutex), PAWL_OWNER_DIED);
    CHECK_EQ(pawl_shared_mutex_unlock(&mutex), PAWL_EPERM);
    CHECK_EQ(pawl_shared_mutex_lock_forced(&mutex, PAWL_FOREVER), 0);
    CHECK_EQ(pawl_shared_mutex_unlock(&mutex), 0); /* not repaired yet */
    CHECK_EQ(pawl_shared_mutex_lock(&mutex, PAWL_FOREVER), PAWL_OWNER_DIED);
    CHECK_EQ(pawl_shared_mutex_lock_forced(&mutex, PAWL_FOREVER), 0);
    CHECK_EQ(pawl_shared_mutex_clear_poison(&mutex), 0);
    CHECK_EQ(pawl_shared_mutex_unlock(&mutex), 0);
    CHECK_EQ(pawl_shared_mutex_lock(&mutex, PAWL_FOREVER), 0);
    CHECK_EQ(pawl_shared_mutex_unlock(&mutex), 0);
    CHECK_EQ((int64_t)mutex.record->word, 0);
}

TEST(shared_mutex_word_of_garbage_is_that_of_a_dead_owner)
{
    struct pawl_shared_mutex mutex = find_mutex(new_region());
    const uint64_t garbage[] = {0xffff, 0x1234ffff, UINT64_MAX, 77, UINT64_C(5) << 32 | 3};
    for (size_t i = 0; i < sizeof garbage / sizeof garbage[0]; i++) {
        mutex.record->word = garbage[i];
        CHECK_EQ(pawl_shared_mutex_lock(&mutex, PAWL_FOREVER), PAWL_OWNER_DIED);
        CHECK_EQ(pawl_shared_mutex_lock_forced(&mutex, PAWL_FOREVER), 0);
        CHECK_EQ(pawl_shared_mutex_clear_poison(&mutex), 0);
        CHECK_EQ(pawl_shared_mutex_unlock(&mutex), 0);
    }
}

static struct pawl_shared_rwlock find_rwlock(struct pawl_shared_region *region)
{
    struct pawl_shared_rwlock lock;
    CHECK_EQ(pawl_shared_define(region, PAWL_SHARED_RWLOCK, "rw", 0), 0);
    CHECK_EQ(pawl_shared_rwlock_find(&lock, region, "rw"), 0);
    return lock;
}

static void hold_for_reading(struct pawl_shared_region *region)
{
    struct pawl_shared_rwlock lock = find_rwlock(region);
    CHECK_EQ(pawl_shared_rwlock_read_lock(&lock, PAWL_FOREVER), 0);
    CHECK_EQ(pawl_shared_rwlock_read_lock(&lock, PAWL_FOREVER), 0);
}

static void hold_for_writing(struct pawl_shared_region *region)
{
    struct pawl_shared_rwlock lock = find_rwlock(region);
    CHECK_EQ(pawl_shared_rwlock_write_lock(&lock, PAWL_FOREVER), 0);
}

TEST(shared_rwlock_readers_exclude_writers_until_they_die)
{
    struct pawl_shared_rwlock lock = find_rwlock(new_region());
    pid_t other = start_other(hold_for_reading);
    CHECK_EQ(pawl_shared_rwlock_read_lock(&lock, PAWL_FOREVER), 0);
    CHECK_EQ(pawl_shared_rwlock_read_unlock(&lock), 0);
    CHECK_EQ(pawl_shared_rwlock_read_unlock(&lock), PAWL_EPERM);
    CHECK_EQ(pawl_shared_rwlock_write_lock(&lock, SOON), PAWL_ETIMEDOUT);
    CHECK_EQ(pawl_shared_rwlock_read_lock(&lock, PAWL_FOREVER), 0);
    CHECK_EQ(pawl_shared_rwlock_read_unlock(&lock), 0);
    kill_other(other);
    CHECK_EQ(pawl_shared_rwlock_write_lock(&lock, PAWL_FOREVER), 0);
    CHECK_EQ(pawl_shared_rwlock_write_unlock(&lock), 0);
    CHECK_EQ(pawl_shared_rwlock_write_unlock(&lock), PAWL_EPERM);
}

TEST(shared_rwlock_of_a_dead_writer_is_refused_until_it_is_repaired)
{
    struct pawl_shared_rwlock lock = find_rwlock(new_region());
    pid_t other = start_other(hold_for_writing);
    CHECK_EQ(pawl_shared_rwlock_read_lock(&lock, SOON), PAWL_ETIMEDOUT);
    CHECK_EQ(pawl_shared_rwlock_write_lock(&lock, SOON), PAWL_ETIMEDOUT);
    kill_other(other);
    CHECK_EQ(pawl_shared_rwlock_is_poisoned(&lock), 1);
    CHECK_EQ(pawl_shared_rwlock_read_lock(&lock, PAWL_FOREVER), PAWL_OWNER_DIED);
    CHECK_EQ(pawl_shared_rwlock_write_lock(&lock, PAWL_FOREVER), PAWL_OWNER_DIED);
    CHECK_EQ(pawl_shared_rwlock_write_lock_forced(&lock, PAWL_FOREVER), 0);
    CHECK_EQ(pawl_shared_rwlock_write_unlock(&lock), 0); /* not repaired yet */
    CHECK_EQ(pawl_shared_rwlock_read_lock(&lock, PAWL_FOREVER), PAWL_OWNER_DIED);
    CHECK_EQ(pawl_shared_rwlock_write_lock_forced(&lock, PAWL_FOREVER), 0);
    CHECK_EQ(pawl_shared_rwlock_clear_poison(&lock), 0);
    CHECK_EQ(pawl_shared_rwlock_write_unlock(&lock), 0);
    CHECK_EQ(pawl_shared_rwlock_read_lock(&lock, PAWL_FOREVER), 0);
    CHECK_EQ(pawl_shared_rwlock_read_unlock(&lock), 0);
}

static struct pawl_shared_semaphore find_semaphore(struct pawl_shared_region *region)
{
    struct pawl_shared_semaphore semaphore;
    CHECK_EQ(pawl_shared_define(region, PAWL_SHARED_SEMAPHORE, "permits", 3), 0);
    CHECK_EQ(pawl_shared_semaphore_find(&semaphore, region, "permits"), 0);
    return semaphore;
}

static void hold_two_permits(struct pawl_shared_region *region)
{
    struct pawl_shared_semaphore semaphore = find_semaphore(region);
    CHECK_EQ(pawl_shared_semaphore_acquire(&semaphore, 2, PAWL_FOREVER), 0);
}

static void hold_the_semaphore(struct pawl_shared_region *region)
{
    struct pawl_shared_semaphore semaphore = find_semaphore(region);
    CHECK_EQ(pawl_shared_semaphore_enter(&semaphore, PAWL_FOREVER), 0);
}

TEST(shared_semaphore_permits_of_the_dead_return)
{
    struct pawl_shared_semaphore semaphore = find_semaphore(new_region());
    pid_t other = start_other(hold_two_permits);
    CHECK_EQ(pawl_shared_semaphore_available(&semaphore), 1);
    CHECK_EQ(pawl_shared_semaphore_tryacquire(&semaphore, 2), PAWL_EBUSY);
    CHECK_EQ(pawl_shared_semaphore_acquire(&semaphore, 2, SOON), PAWL_ETIMEDOUT);
    CHECK_EQ(pawl_shared_semaphore_release(&semaphore, 1), PAWL_EPERM);
    CHECK_EQ(pawl_shared_semaphore_acquire(&semaphore, 0, SOON), PAWL_EINVAL);
    kill_other(other);
    CHECK_EQ(pawl_shared_semaphore_acquire(&semaphore, 3, PAWL_FOREVER), 0);
    CHECK_EQ(pawl_shared_semaphore_release(&semaphore, 3), 0);
    CHECK_EQ(pawl_shared_semaphore_available(&semaphore), 3);
}

TEST(shared_semaphore_permits_of_the_dead_are_lost_if_asked_for)
{
    struct pawl_shared_semaphore semaphore = find_semaphore(new_region());
    semaphore.record->options = PAWL_SHARED_LOSE_PERMITS_OF_THE_DEAD;
    kill_other(start_other(hold_two_permits));
    CHECK_EQ(pawl_shared_semaphore_tryacquire(&semaphore, 2), PAWL_EBUSY);
    CHECK_EQ(pawl_shared_semaphore_available(&semaphore), 1);
    CHECK_EQ(pawl_shared_semaphore_tryacquire(&semaphore, 1), 0);
}

TEST(shared_semaphore_does_what_a_dead_process_had_logged)
{
    struct pawl_shared_semaphore semaphore = find_semaphore(new_region());
    kill_other(start_other(hold_two_permits));
    kill_other(start_other(hold_the_semaphore));
    semaphore.record->log = UINT64_C(2) << 32 | 2; /* slot 1, two permits lost */
    CHECK_EQ(pawl_shared_semaphore_available(&semaphore), 1);
    CHECK_EQ((int64_t)semaphore.record->log, 0);
    CHECK_EQ(pawl_shared_semaphore_available(&semaphore), 1);
}

TEST(shared_semaphore_does_what_was_logged_without_a_mark)
{
    struct pawl_shared_semaphore semaphore = find_semaphore(new_region());
    kill_other(start_other(hold_two_permits));
    semaphore.record->log = UINT64_C(2) << 32 | 2; /* slot 1, two permits lost */
    CHECK_EQ(pawl_shared_semaphore_available(&semaphore), 1);
    CHECK_EQ((int64_t)semaphore.record->log, 0);
}

TEST(shared_semaphore_permits_of_the_dead_are_lost_also_in_the_own_slot)
{
    struct pawl_shared_region *region = new_region();
    struct pawl_shared_semaphore semaphore = find_semaphore(region);
    semaphore.record->options = PAWL_SHARED_LOSE_PERMITS_OF_THE_DEAD;
    uint64_t *own = &semaphore.held[pawl_shared_my_slot(region)].count;
    *own = ((region->mine >> 32) - 1) << 32 | 2; /* of who had the slot before */
    CHECK_EQ(pawl_shared_semaphore_tryacquire(&semaphore, 1), 0);
    CHECK_EQ(pawl_shared_semaphore_available(&semaphore), 0);
    CHECK_EQ(pawl_shared_semaphore_release(&semaphore, 1), 0);
    CHECK_EQ(pawl_shared_semaphore_available(&semaphore), 1);
}

static void signal_once(struct pawl_shared_region *region)
{
    struct pawl_shared_mutex mutex = find_mutex(region);
    struct pawl_shared_condvar condvar;
    CHECK_EQ(pawl_shared_condvar_find(&condvar, region, "changed"), 0);
    CHECK_EQ(pawl_shared_mutex_lock(&mutex, PAWL_FOREVER), 0);
    pawl_shared_header(region)->reserved = 1;
    pawl_shared_condvar_signal(&condvar);
    CHECK_EQ(pawl_shared_mutex_unlock(&mutex), 0);
}

static struct pawl_shared_region *region;

static void start_signaller(void *argument)
{
    pid_t *child = argument;
    *child = start_other(signal_once);
}

TEST(shared_condvar_wait_ends_with_the_signal_of_another_process)
{
    region = new_region();
    struct pawl_shared_mutex mutex = find_mutex(region);
    struct pawl_shared_condvar condvar;
    pid_t child;
    CHECK_EQ(pawl_shared_define(region, PAWL_SHARED_CONDVAR, "changed", 0), 0);
    CHECK_EQ(pawl_shared_condvar_find(&condvar, region, "changed"), 0);
    CHECK_EQ(pawl_shared_condvar_wait(&condvar, &mutex, SOON), PAWL_EPERM);
    CHECK_EQ(pawl_shared_mutex_lock(&mutex, PAWL_FOREVER), 0);
    CHECK_EQ(pawl_shared_condvar_wait(&condvar, &mutex, SOON), PAWL_ETIMEDOUT);
    task_t *task = start(start_signaller, &child);
    while (pawl_shared_header(region)->reserved == 0) {
        CHECK_EQ(pawl_shared_condvar_wait(&condvar, &mutex, PAWL_FOREVER), 0);
    }
    CHECK_EQ(pawl_shared_mutex_unlock(&mutex), 0);
    join(task);
    kill_other(child);
    CHECK_EQ(condvar.record->waiters, 0);
}

static void die_while_writing(struct pawl_shared_region *mine)
{
    struct pawl_shared_seqlock lock;
    CHECK_EQ(pawl_shared_seqlock_find(&lock, mine, "record"), 0);
    CHECK_EQ(pawl_shared_acquire(&lock.mutex, PAWL_FOREVER), 0);
    lock.record->sequence++;
}

TEST(shared_seqlock_is_read_whole_or_refused)
{
    region = new_region();
    struct pawl_shared_seqlock lock;
    CHECK_EQ(pawl_shared_define(region, PAWL_SHARED_SEQLOCK, "record", 21), 0);
    CHECK_EQ(pawl_shared_seqlock_find(&lock, region, "record"), 0);
    char text[22] = "abcdefghijklmnopqrstu";
    char read[22] = "";
    CHECK_EQ(pawl_shared_seqlock_write(&lock, text, PAWL_FOREVER), 0);
    CHECK_EQ(pawl_shared_seqlock_read(&lock, read, PAWL_FOREVER), 0);
    CHECK(strcmp(read, text) == 0);
    pid_t other = start_other(die_while_writing);
    CHECK_EQ(pawl_shared_seqlock_read(&lock, read, SOON), PAWL_ETIMEDOUT);
    kill_other(other);
    CHECK_EQ(pawl_shared_seqlock_read(&lock, read, PAWL_FOREVER), PAWL_OWNER_DIED);
    CHECK_EQ(pawl_shared_seqlock_read(&lock, read, PAWL_FOREVER), PAWL_OWNER_DIED);
    CHECK_EQ(pawl_shared_seqlock_write(&lock, text, PAWL_FOREVER), 0);
    CHECK_EQ(pawl_shared_seqlock_read(&lock, read, PAWL_FOREVER), 0);
}
