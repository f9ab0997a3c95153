/* kill_locks.c: the scenarios of the locks that are built on the mutex. */
#include "kill.h"

#define PERMITS 9

static struct pawl_shared_rwlock rw;
static struct pawl_shared_semaphore permits;
static struct pawl_shared_condvar changed;
static struct pawl_shared_seqlock record;

/* ---- Read-write lock: the data is changed by writers ---- */

static void find_rw(void)
{
    require(pawl_shared_rwlock_find(&rw, &region, "rw") == 0, "no read-write lock");
    mutex = rw.mutex;
}

static void repair_as_writer(void)
{
    if (pawl_shared_rwlock_write_lock_forced(&rw, PAWL_FOREVER) != 0) {
        fail("a forced lock is refused");
    }
    data->done = data->begun;
    pawl_shared_rwlock_clear_poison(&rw);
    if (pawl_shared_rwlock_write_unlock(&rw) != 0) {
        fail("a writer is none");
    }
}

static void read_data(void)
{
    int32_t result;
    while ((result = pawl_shared_rwlock_read_lock(&rw, PAWL_FOREVER)) == PAWL_OWNER_DIED) {
        repair_as_writer();
    }
    if (result != 0) {
        fail("a reader is refused");
    }
    check_whole();
    if (pawl_shared_rwlock_read_unlock(&rw) != 0) {
        fail("a reader is none");
    }
}

static void write_data(void)
{
    int32_t result;
    while ((result = pawl_shared_rwlock_write_lock(&rw, PAWL_FOREVER)) == PAWL_OWNER_DIED) {
        repair_as_writer();
    }
    if (result != 0) {
        fail("a writer is refused");
    }
    check_whole();
    change();
    if (pawl_shared_rwlock_write_unlock(&rw) != 0) {
        fail("a writer is none");
    }
}

static void read_and_write(void)
{
    read_data();
    write_data();
}

static void write_and_die(void)
{
    require(pawl_shared_rwlock_write_lock(&rw, PAWL_FOREVER) == 0, "the dead cannot lock");
    data->begun++;
}

static void leave_dead_writer(void)
{
    join(spawn(write_and_die));
}

static int parent_reads;

static void read_in_parent(void)
{
    parent_reads = 1;
    require(pawl_shared_rwlock_read_lock(&rw, PAWL_FOREVER) == 0, "the parent cannot read");
}

static void leave_as_reader(void)
{
    if (parent_reads) {
        parent_reads = 0;
        require(pawl_shared_rwlock_read_unlock(&rw) == 0, "the parent does not read");
    }
}

static void leave_to_others(void)
{
    start_others();
    leave_as_reader();
}

static void end_rw(void)
{
    read_and_write();
    if (data->begun < (uint64_t)started + 3 || rw.record->writer != 0
        || pawl_shared_word(&mutex) != 0) {
        fail("a change is lost, or a lock held");
    }
    for (uint32_t slot = 0; slot < region.slots; slot++) {
        if ((uint32_t)rw.readers[slot].count != 0) {
            fail("a reader is left");
        }
    }
}

/* ---- Semaphore ---- */

static void find_permits(void)
{
    require(pawl_shared_semaphore_find(&permits, &region, "permits") == 0, "no semaphore");
    mutex = permits.mutex;
}

static void use_permits(int32_t count)
{
    if (pawl_shared_semaphore_acquire(&permits, count, PAWL_FOREVER) != 0
        || pawl_shared_semaphore_release(&permits, count) != 0) {
        fail("permits are refused");
    }
}

static void use_some(void)
{
    use_permits(5);
}

static void use_all(void)
{
    use_permits(PERMITS);
}

static void end_permits(void)
{
    use_all();
    if (pawl_shared_semaphore_available(&permits) != PERMITS || permits.record->lost != 0) {
        fail("permits are lost");
    }
}

static void take_and_die(void)
{
    require(pawl_shared_semaphore_acquire(&permits, 3, PAWL_FOREVER) == 0, "the dead cannot acquire");
}

/* Three permits are to be lost, once. */
static void lose_three(void)
{
    permits.record->options = PAWL_SHARED_LOSE_PERMITS_OF_THE_DEAD;
    join(spawn(take_and_die));
}

static void try_all(void)
{
    pawl_shared_semaphore_tryacquire(&permits, PERMITS);
}

static void use_three(void)
{
    use_permits(3);
}

static void end_lossy(void)
{
    if (pawl_shared_semaphore_available(&permits) != PERMITS - 3 || permits.record->lost != 3
        || permits.record->log != 0) {
        fail("permits are lost more than once, or less");
    }
}

/* ---- Condition: who waits is woken, or told; the flag is set by whoever signals ---- */

static void find_changed(void)
{
    require(pawl_shared_condvar_find(&changed, &region, "changed") == 0, "no condition");
}

/* The mutex, with the data whole. */
static void lock_whole(void)
{
    int32_t result = pawl_shared_mutex_lock(&mutex, PAWL_FOREVER);
    if (result == PAWL_OWNER_DIED) {
        if (pawl_shared_mutex_lock_forced(&mutex, PAWL_FOREVER) != 0) {
            fail("a forced lock is refused");
        }
        data->done = data->begun;
        pawl_shared_mutex_clear_poison(&mutex);
    } else if (result != 0) {
        fail("a lock is refused");
    }
    check_whole();
}

static void unlock(void)
{
    if (pawl_shared_mutex_unlock(&mutex) != 0) {
        fail("an owner does not own");
    }
}

static void signal_change(void)
{
    lock_whole();
    change();
    pawl_shared_condvar_signal(&changed);
    unlock();
}

static void await_change(void)
{
    lock_whole();
    while (data->begun == 0) {
        int32_t result = pawl_shared_condvar_wait(&changed, &mutex, PAWL_FOREVER);
        if (result == PAWL_OWNER_DIED) {
            lock_whole();
        } else if (result != 0) {
            fail("a wait is refused");
        }
        check_whole();
    }
    unlock();
}

/* One wake for all who wait, of whom one is going to be killed. */
static void signal_once(void)
{
    start_others();
    if (data->begun == 0) {
        signal_change();
    }
}

/* Unless the victim has changed the data: whatever became of its signal, it has to do. */
static void signal_if_unchanged(void)
{
    lock_whole();
    if (data->begun == 0) {
        change();
        pawl_shared_condvar_signal(&changed);
    }
    unlock();
}

static void end_condition(void)
{
    lock_whole();
    if (data->begun == 0) {
        fail("nobody has signalled");
    }
    unlock();
}

/* ---- Record: the two numbers in it are alike ---- */

static void find_record(void)
{
    require(pawl_shared_seqlock_find(&record, &region, "record") == 0, "no record");
    mutex = record.mutex;
}

static void write_record(void)
{
    struct data both = {region.mine, region.mine};
    if (pawl_shared_seqlock_write(&record, &both, PAWL_FOREVER) != 0) {
        fail("a writer is refused");
    }
}

static void read_record(void)
{
    struct data both = {0, 0};
    int32_t result = pawl_shared_seqlock_read(&record, &both, PAWL_FOREVER);
    if (result == PAWL_OWNER_DIED) {
        write_record();
        result = pawl_shared_seqlock_read(&record, &both, PAWL_FOREVER);
    }
    if (result != 0) {
        fail("a reader is refused");
    }
    if (both.begun != both.done) {
        fail("a record that is half written is read");
    }
}

static void read_then_write(void)
{
    read_record();
    write_record();
}

static void end_record(void)
{
    read_then_write();
    read_record();
    if ((record.record->sequence & 1) != 0 || pawl_shared_word(&mutex) != 0) {
        fail("a writer is left");
    }
}

const struct scenario lock_scenarios[] = {
    {"reader", find_rw, nothing, read_data, nothing, nothing, read_and_write, end_rw, 0},
    {"writer", find_rw, nothing, write_data, nothing, nothing, read_and_write, end_rw, 0},
    {"waited-writer", find_rw, nothing, write_data, nothing, nothing, read_and_write, end_rw, 1},
    {"drained-writer", find_rw, read_in_parent, write_data, leave_to_others, leave_as_reader,
     read_and_write, end_rw, 0},
    {"dead-writer", find_rw, leave_dead_writer, read_and_write, nothing, nothing, read_and_write,
     end_rw, 0},
    {"permits", find_permits, nothing, use_some, nothing, nothing, use_all, end_permits, 0},
    {"waited-permits", find_permits, nothing, use_some, nothing, nothing, use_all, end_permits, 1},
    {"lost-permits", find_permits, lose_three, try_all, nothing, nothing, use_three, end_lossy, 0},
    {"signal", find_changed, start_others, signal_change, nothing, signal_if_unchanged,
     await_change, end_condition, 0},
    {"await", find_changed, nothing, await_change, signal_once, signal_if_unchanged, await_change,
     end_condition, 0},
    {"write", find_record, nothing, write_record, nothing, nothing, read_then_write, end_record, 0},
    {"waited-write", find_record, nothing, write_record, nothing, nothing, read_then_write,
     end_record, 1},
    {"read", find_record, write_record, read_record, nothing, nothing, read_then_write, end_record,
     0},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0},
};
