/* kill_region.c: the scenarios of the mutex, and of what is done to a region as a whole. */
#include "kill.h"

#include <unistd.h>

static void lock_and_die(void)
{
    require(pawl_shared_mutex_lock(&mutex, PAWL_FOREVER) == 0, "the dead cannot lock");
    data->begun++;
}

static void leave_dead(void)
{
    join(spawn(lock_and_die));
}

static void time_out(void)
{
    pawl_shared_mutex_lock(&mutex, pawl_shared_now() + 4 * PAWL_SHARED_MILLI);
}

static struct pawl_shared_region extra;

static void attach_again(void)
{
    pawl_shared_attach(&extra, path, "victim");
}

static void define(void)
{
    pawl_shared_define(&region, PAWL_SHARED_SEMAPHORE, "more", 3);
}

/* Nobody but the parent and one other is attached: each other slot can be had. */
static void check_slots(void)
{
    struct pawl_shared_region all[PAWL_SHARED_SLOTS];
    int attached = 0;
    while (pawl_shared_attach(&all[attached], path, "all") == 0) {
        attached++;
    }
    if (attached != PAWL_SHARED_SLOTS - 2) {
        fail("a slot is lost");
    }
    while (attached > 0) {
        pawl_shared_detach(&all[--attached]);
    }
}

static void check_definition(void)
{
    void *place;
    uint32_t permits;
    if (pawl_shared_define(&region, PAWL_SHARED_SEMAPHORE, "more", 3) != 0
        || pawl_shared_find(&region, PAWL_SHARED_SEMAPHORE, "more", &place, &permits) != 0
        || permits != 3 || ((struct pawl_shared_semaphore_record *)place)->permits != 3) {
        fail("a definition is not whole");
    }
}

static void create(void)
{
    pawl_shared_create(&extra, new_path, 65536, "victim");
}

static void remove_new(void)
{
    unlink(new_path);
}

static void check_creation(void)
{
    if (pawl_shared_create(&extra, new_path, 65536, "next") != 0
        || pawl_shared_define(&extra, PAWL_SHARED_MUTEX, "first", 0) != 0) {
        fail("a region that was not finished is not made anew");
    }
    pawl_shared_detach(&extra);
    unlink(new_path);
}

const struct scenario region_scenarios[] = {
    {"alone", NULL, nothing, take_once, nothing, nothing, NULL, NULL, 0},
    {"waited", NULL, nothing, take_once, nothing, nothing, NULL, NULL, 1},
    {"overtaken", NULL, hold, take_once, overtake, nothing, NULL, NULL, 0},
    {"recovery", NULL, leave_dead, take_once, nothing, nothing, NULL, NULL, 0},
    {"waited-recovery", NULL, leave_dead, take_once, nothing, nothing, NULL, NULL, 1},
    {"timeout", NULL, hold, time_out, start_others, nothing, NULL, NULL, 0},
    {"attach", NULL, nothing, attach_again, nothing, check_slots, NULL, NULL, 0},
    {"define", NULL, nothing, define, nothing, check_definition, NULL, NULL, 0},
    {"create", NULL, remove_new, create, nothing, check_creation, NULL, NULL, 0},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0},
};
