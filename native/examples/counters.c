/*
 * counters.c: counts orders together with other programs, in C, C++ or Java, whoever of them dies.
 *
 *   cc $(pkg-config --cflags pawl-shared) counters.c -o counters
 *   ./counters /dev/shm/shop 1000000 &
 *   ./counters /dev/shm/shop 1000000
 *
 * The region has a mutex "orders" and 64 bytes of data "counters": two counters of 64 bits, which
 * are equal whenever nobody holds the mutex. Kill one of the programs with SIGKILL: the next that
 * wants the mutex repairs the counters if the dead one was between them, and all go on.
 */
#include <pawl_shared.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Volatile, so that a program which is killed has stored begun before done. */
struct counters {
    volatile uint64_t begun;
    volatile uint64_t done;
};

/* The order that a dead program had begun counts. */
static void repair(struct counters *counters)
{
    fprintf(stderr, "an owner died after order %" PRIu64 "\n", counters->done);
    counters->done = counters->begun;
}

static int lock(struct pawl_shared_mutex *mutex, struct counters *counters)
{
    int32_t result = pawl_shared_mutex_lock(mutex, PAWL_FOREVER);
    if (result != PAWL_OWNER_DIED) {
        return result;
    }
    /* Nobody else can get in before the poison is cleared, but another may have repaired by now. */
    result = pawl_shared_mutex_lock_forced(mutex, PAWL_FOREVER);
    if (result == 0 && pawl_shared_mutex_is_poisoned(mutex)) {
        repair(counters);
        result = pawl_shared_mutex_clear_poison(mutex);
    }
    return result;
}

static int count(struct pawl_shared_region *region, long orders)
{
    struct pawl_shared_mutex mutex;
    void *place;
    uint32_t size;
    if (pawl_shared_define(region, PAWL_SHARED_MUTEX, "orders", 0) != 0
        || pawl_shared_define(region, PAWL_SHARED_DATA, "counters", 64) != 0
        || pawl_shared_mutex_find(&mutex, region, "orders") != 0
        || pawl_shared_data_find(&place, &size, region, "counters") != 0) {
        fprintf(stderr, "this region is not for counting orders\n");
        return 1;
    }
    struct counters *counters = place;
    for (long i = 0; i < orders; i++) {
        if (lock(&mutex, counters) != 0) {
            return 1;
        }
        counters->begun++;
        counters->done++;
        pawl_shared_mutex_unlock(&mutex);
    }
    if (lock(&mutex, counters) != 0) {
        return 1;
    }
    printf("orders: %" PRIu64 "\n", counters->done);
    pawl_shared_mutex_unlock(&mutex);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: %s FILE ORDERS\n", argv[0]);
        return 2;
    }
    struct pawl_shared_region region;
    int32_t result = pawl_shared_create(&region, argv[1], 65536, "counters");
    if (result != 0) {
        fprintf(stderr, "%s: no region: error %" PRId32 "\n", argv[1], -result);
        return 1;
    }
    int status = count(&region, strtol(argv[2], NULL, 10));
    pawl_shared_detach(&region);
    return status;
}
