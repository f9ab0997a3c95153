/* barrier.c: the process-wide fence. */
#include "check.h"

#include <stdalign.h>
#include <string.h>

static void need_barrier(void)
{
    int32_t result = pawl_barrier_register();
    if (result == PAWL_ENOSYS || result == PAWL_EPERM) {
        SKIP("no process-wide barrier on this platform, kernel or emulator");
    }
    CHECK_EQ(result, 0);
}

TEST(barrier_is_refused_before_registration)
{
#if defined(__linux__)
    int32_t result = pawl_barrier();
    if (result == PAWL_ENOSYS) {
        SKIP("no process-wide barrier on this kernel or emulator");
    }
    CHECK_EQ(result, PAWL_EPERM);
#else
    SKIP("this platform asks for no registration");
#endif
}

TEST(barrier_succeeds_after_registration)
{
    need_barrier();
    CHECK_EQ(pawl_barrier(), 0);
    CHECK_EQ(pawl_barrier_register(), 0);
    CHECK_EQ(pawl_barrier(), 0);
}

/*
 * Store buffering with the fence on one side only: each side writes its own word and reads the
 * other's, and one of them has to see the other. The light side has nothing but a compiler barrier.
 * Before, it stores to places that are in no cache: its own store has to wait for these, while it
 * reads on, so that without a barrier both sides miss each other in many of the rounds. The heavy
 * side starts the round and lets varying time pass, so as to meet the light one.
 */
#define ROUNDS 20000
#define COLD_STORES 8
#define COLD_BYTES ((size_t)1 << 26)

#if defined(_MSC_VER)
#  include <intrin.h>
#  define COMPILER_BARRIER() _ReadWriteBarrier()
#else
#  define COMPILER_BARRIER() __asm__ volatile("" ::: "memory")
#endif

/* On cache lines of their own, or the two sides would wait for each other's. */
static alignas(128) word_t light;
static alignas(128) word_t heavy;
static alignas(128) word_t light_saw;
static alignas(128) word_t light_round;
static alignas(128) word_t heavy_round;

/* Waits until the word has reached the round: at first awake, so that both sides run together. */
static void await_round(word_t *word, int32_t round)
{
    for (int32_t spins = 0; load(word) < round; spins++) {
        if (spins >= 1000) {
            yield_thread();
        }
    }
}

static void light_side(void *argument)
{
    volatile char *cold = argument;
    uint32_t place = 1;
    for (int32_t round = 1; round <= ROUNDS; round++) {
        await_round(&heavy_round, round);
        for (int i = 0; i < COLD_STORES; i++) {
            place = place * 1664525 + 1013904223;
            cold[place % COLD_BYTES] = (char)place;
        }
        light = round;
        COMPILER_BARRIER();
        light_saw = heavy;
        store(&light_round, round);
    }
}

TEST(barrier_orders_the_plain_accesses_of_another_thread)
{
    need_barrier();
    char *cold = malloc(COLD_BYTES);
    CHECK(cold != NULL);
    memset(cold, 1, COLD_BYTES);
    task_t *task = start(light_side, cold);
    for (int32_t round = 1; round <= ROUNDS; round++) {
        store(&heavy_round, round);
        for (volatile int32_t delay = round % 128; delay > 0; delay--) {
        }
        heavy = round;
        CHECK_EQ(pawl_barrier(), 0);
        int32_t heavy_saw = light;
        await_round(&light_round, round);
        CHECK(load(&light_saw) == round || heavy_saw == round);
    }
    join(task);
    free(cold);
}
