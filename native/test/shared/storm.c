/*
 * storm.c: random operations on all primitives of a region, until somebody kills this program.
 *
 *   shared_storm FILE PLACE SEED SLICE
 *
 * The region and all that is in it have been made by KillStormTest, of Java, whose class Deeds does
 * the same there. Counts what it has done in number PLACE of the data "progress", and sleeps for
 * SLICE milliseconds at most. Its standard input is a pipe: when the other end is closed, as when who
 * started it has been killed, SIGIO ends it, whatever it does. Ends with 3 and the word "broken" if it finds data that nobody
 * protected, or is refused what it has to get.
 */
#include "pawl_shared.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BROKEN 3
#define NUMBERS 7
#define LONGEST_PAUSE 100000 /* in turns of a loop */
#define LIMIT 600 /* seconds, for one that is forgotten */

/* Block.java. Volatile, so that who is killed has stored a number before the checksum. */
struct block {
    volatile uint64_t numbers[NUMBERS];
    volatile uint64_t checksum;
};

static struct pawl_shared_region region;
static struct pawl_shared_mutex mutex;
static struct pawl_shared_condvar changed;
static struct pawl_shared_rwlock rw;
static struct pawl_shared_semaphore permits;
static struct pawl_shared_semaphore lossy;
static struct pawl_shared_seqlock record;
static struct block *data;
static struct block *table;
static uint64_t state;

static void require(int condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "broken: %s\n", what);
        exit(BROKEN);
    }
}

/* Has the end of whoever holds the other end of the pipe be the end of this process. */
static void end_with_parent(void)
{
    struct pollfd pipe = {STDIN_FILENO, POLLIN, 0};
    int flags = fcntl(STDIN_FILENO, F_GETFL);
    if (flags < 0 || fcntl(STDIN_FILENO, F_SETOWN, getpid()) != 0
        || fcntl(STDIN_FILENO, F_SETFL, flags | O_ASYNC) != 0) {
        fprintf(stderr, "the end of the input is not told\n");
        exit(2);
    }
    if (poll(&pipe, 1, 0) != 0) { /* it came before */
        exit(0);
    }
}

/* SplitMix64. */
static uint64_t next(void)
{
    uint64_t z = state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static uint64_t sum(const struct block *block)
{
    uint64_t sum = 0;
    for (uint64_t i = 0; i < NUMBERS; i++) {
        sum += (2 * i + 1) * block->numbers[i];
    }
    return sum;
}

static void check(const struct block *block)
{
    uint64_t expected = sum(block);
    require(block->checksum == expected, "unprotected data");
}

/* So that many a kill comes just then. */
static void hesitate(void)
{
    for (volatile uint64_t left = next() % LONGEST_PAUSE; left > 0; left--) {
    }
}

static void change(struct block *block)
{
    check(block);
    uint64_t index = next() % NUMBERS;
    uint64_t amount = next();
    block->numbers[index] += amount;
    hesitate();
    block->checksum += (2 * index + 1) * amount;
}

static void repair(struct block *block)
{
    block->checksum = sum(block);
}

static void lock(void)
{
    int32_t result = pawl_shared_mutex_lock(&mutex, PAWL_FOREVER);
    if (result == PAWL_OWNER_DIED) {
        result = pawl_shared_mutex_lock_forced(&mutex, PAWL_FOREVER);
        if (pawl_shared_mutex_is_poisoned(&mutex)) {
            repair(data);
            require(pawl_shared_mutex_clear_poison(&mutex) == 0, "a repair is refused");
        }
    }
    require(result == 0, "a lock is refused");
}

static void unlock(void)
{
    require(pawl_shared_mutex_unlock(&mutex) == 0, "an owner does not own");
}

static void under_mutex(void)
{
    lock();
    change(data);
    pawl_shared_condvar_signal(&changed);
    unlock();
}

static void wait_for_change(void)
{
    lock();
    check(data);
    int32_t result = pawl_shared_condvar_wait(&changed, &mutex, pawl_shared_now() + 200000);
    if (result == PAWL_OWNER_DIED) {
        lock();
    } else {
        require(result == 0 || result == PAWL_ETIMEDOUT, "a wait is refused");
    }
    check(data);
    unlock();
}

static void repair_table(void)
{
    require(pawl_shared_rwlock_write_lock_forced(&rw, PAWL_FOREVER) == 0, "a forced lock is refused");
    if (pawl_shared_rwlock_is_poisoned(&rw)) {
        repair(table);
        require(pawl_shared_rwlock_clear_poison(&rw) == 0, "a repair is refused");
    }
    require(pawl_shared_rwlock_write_unlock(&rw) == 0, "a writer is none");
}

static void reading(void)
{
    int32_t result;
    while ((result = pawl_shared_rwlock_read_lock(&rw, PAWL_FOREVER)) == PAWL_OWNER_DIED) {
        repair_table();
    }
    require(result == 0, "a read lock is refused");
    hesitate();
    check(table);
    require(pawl_shared_rwlock_read_unlock(&rw) == 0, "a reader is none");
}

static void writing(void)
{
    int32_t result;
    while ((result = pawl_shared_rwlock_write_lock(&rw, PAWL_FOREVER)) == PAWL_OWNER_DIED) {
        repair_table();
    }
    require(result == 0, "a write lock is refused");
    change(table);
    require(pawl_shared_rwlock_write_unlock(&rw) == 0, "a writer is none");
}

static void with_permits(struct pawl_shared_semaphore *semaphore, int32_t count)
{
    require(pawl_shared_semaphore_acquire(semaphore, count, PAWL_FOREVER) == 0,
            "permits are refused");
    hesitate();
    require(pawl_shared_semaphore_release(semaphore, count) == 0, "permits are not taken back");
}

static void use_record(int write)
{
    struct block block;
    int32_t result = pawl_shared_seqlock_read(&record, &block, PAWL_FOREVER);
    if (result == 0) {
        check(&block);
    } else {
        require(result == PAWL_OWNER_DIED, "a record is refused");
    }
    if (result != 0 || write) {
        for (int i = 0; i < NUMBERS; i++) {
            block.numbers[i] = next();
        }
        repair(&block);
        require(pawl_shared_seqlock_write(&record, &block, PAWL_FOREVER) == 0, "a write is refused");
    }
}

static void one(void)
{
    switch (next() % 8) {
    case 0:
        under_mutex();
        break;
    case 1:
        wait_for_change();
        break;
    case 2:
        reading();
        break;
    case 3:
        writing();
        break;
    case 4:
        with_permits(&permits, 1);
        break;
    case 5:
        with_permits(&lossy, 3);
        break;
    default:
        use_record(next() & 1);
        break;
    }
}

int main(int count, char **arguments)
{
    void *place;
    uint32_t size;
    if (count != 5) {
        fprintf(stderr, "usage: %s FILE PLACE SEED SLICE\n", arguments[0]);
        return 2;
    }
    alarm(LIMIT);
    end_with_parent();
    state = strtoull(arguments[3], NULL, 10);
    require(pawl_shared_attach(&region, arguments[1], "storm in C") == 0, "cannot attach");
    region.longest_slice = strtol(arguments[4], NULL, 10) * PAWL_SHARED_MILLI;
    require(pawl_shared_data_find(&place, &size, &region, "data") == 0, "no data");
    data = place;
    require(pawl_shared_data_find(&place, &size, &region, "table") == 0, "no table");
    table = place;
    require(pawl_shared_data_find(&place, &size, &region, "progress") == 0, "no progress");
    uint64_t *progress = (uint64_t *)place + strtol(arguments[2], NULL, 10);
    require(pawl_shared_mutex_find(&mutex, &region, "mutex") == 0, "no mutex");
    require(pawl_shared_condvar_find(&changed, &region, "changed") == 0, "no condition");
    require(pawl_shared_rwlock_find(&rw, &region, "rw") == 0, "no read-write lock");
    require(pawl_shared_semaphore_find(&permits, &region, "permits") == 0, "no semaphore");
    require(pawl_shared_semaphore_find(&lossy, &region, "lossy") == 0, "no lossy semaphore");
    require(pawl_shared_seqlock_find(&record, &region, "record") == 0
                && record.size == sizeof(struct block),
            "no record");
    for (;;) {
        one();
        __atomic_add_fetch(progress, 1, __ATOMIC_RELAXED);
    }
}
