/* barrier.c: the process-wide fence. */
#include "check.h"

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
 */
#define ROUNDS 2000

#if defined(_MSC_VER)
#  include <intrin.h>
#  define COMPILER_BARRIER() _ReadWriteBarrier()
#else
#  define COMPILER_BARRIER() __asm__ volatile("" ::: "memory")
#endif

static word_t light;
static word_t heavy;
static word_t light_saw;
static word_t heavy_saw;
static word_t light_round;
static word_t heavy_round;

static void light_side(void *argument)
{
    (void)argument;
    for (int32_t round = 1; round <= ROUNDS; round++) {
        while (load(&heavy_round) < round) {
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
    task_t *task = start(light_side, NULL);
    for (int32_t round = 1; round <= ROUNDS; round++) {
        store(&heavy_round, round);
        store(&heavy, round);
        CHECK_EQ(pawl_barrier(), 0);
        heavy_saw = load(&light);
        while (load(&light_round) < round) {
        }
        CHECK(load(&light_saw) == round || heavy_saw == round);
    }
    join(task);
}
