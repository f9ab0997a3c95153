/* wake.c: whom pawl_wake wakes, and what it returns. */
#include "check.h"

static word_t word;
#if defined(__linux__)
static word_t other;
#endif

TEST(wake_without_a_waiter_wakes_nobody)
{
    CHECK_EQ(pawl_wake(ADDRESS(&word), 1, PAWL_PRIVATE), 0);
    CHECK_EQ(pawl_wake(ADDRESS(&word), INT32_MAX, PAWL_PRIVATE), 0);
}

TEST(wake_is_not_remembered)
{
    CHECK_EQ(pawl_wake(ADDRESS(&word), INT32_MAX, PAWL_PRIVATE), 0);
    int32_t result;
    int64_t deadline = nano_time() + MILLIS;
    do {
        result = pawl_wait(ADDRESS(&word), 0, deadline, PAWL_PRIVATE);
    } while (result == 0 || result == PAWL_EINTR);
    CHECK_EQ(result, PAWL_ETIMEDOUT);
}

TEST(wake_after_a_change_releases_every_waiter)
{
    struct waiters waiters;
    start_waiters(&waiters, &word, 4, PAWL_PRIVATE);
    store(&word, 1);
    CHECK(pawl_wake(ADDRESS(&word), INT32_MAX, PAWL_PRIVATE) >= 0);
    join_waiters(&waiters);
    CHECK_EQ(load(&waiters.returned), 4);
}

TEST(wake_of_as_many_as_wait_releases_every_waiter)
{
    struct waiters waiters;
    start_waiters(&waiters, &word, 4, PAWL_PRIVATE);
    store(&word, 1);
    CHECK(pawl_wake(ADDRESS(&word), 4, PAWL_PRIVATE) >= 0);
    join_waiters(&waiters);
    CHECK_EQ(load(&waiters.returned), 4);
}

TEST(wakes_of_one_release_one_waiter_each)
{
    struct waiters waiters;
    start_waiters(&waiters, &word, 3, PAWL_PRIVATE);
    store(&word, 1);
    for (int32_t i = 0; i < 3; i++) {
        CHECK(pawl_wake(ADDRESS(&word), 1, PAWL_PRIVATE) >= 0);
    }
    join_waiters(&waiters);
    CHECK_EQ(load(&waiters.returned), 3);
}

static void wait_until_the_last_deadline(void *argument)
{
    (void)argument;
    while (load(&word) == 0) {
        CHECK(pawl_wait(ADDRESS(&word), 0, PAWL_FOREVER - 1, PAWL_PRIVATE) != PAWL_ETIMEDOUT);
    }
}

TEST(wake_releases_a_waiter_whose_deadline_is_the_last)
{
    task_t *task = start(wait_until_the_last_deadline, NULL);
    store(&word, 1);
    CHECK(pawl_wake(ADDRESS(&word), 1, PAWL_PRIVATE) >= 0);
    join(task);
}

/* Two threads hand a turn to and fro; a wake that got lost would leave both waiting. */
static void alternate(void *argument)
{
    int32_t parity = *(int32_t *)argument;
    for (int32_t turn = parity; turn < 4000; turn += 2) {
        for (int32_t seen = load(&word); seen != turn; seen = load(&word)) {
            pawl_wait(ADDRESS(&word), seen, PAWL_FOREVER, PAWL_PRIVATE);
        }
        store(&word, turn + 1);
        pawl_wake(ADDRESS(&word), 1, PAWL_PRIVATE);
    }
}

TEST(wake_is_not_lost_between_check_and_sleep)
{
    int32_t parities[] = {0, 1};
    task_t *task = start(alternate, &parities[1]);
    alternate(&parities[0]);
    join(task);
    CHECK_EQ(load(&word), 4000);
}

#if defined(__linux__)
/* Has count threads wait at other, from where the kernel may send some back to word, which has
   changed: they return then, or are found there if they were early, which this returns. */
static int32_t start_at_other(struct waiters *waiters, int32_t count)
{
    store(&word, 0);
    start_waiters(waiters, &word, count, PAWL_PRIVATE);
    gather(&word, &other, count, PAWL_PRIVATE);
    store(&word, 1);
    return pawl_wake(ADDRESS(&word), INT32_MAX, PAWL_PRIVATE);
}

static int32_t wake_two_of_three(void)
{
    struct waiters waiters;
    int32_t early = start_at_other(&waiters, 3);
    int32_t two = pawl_wake(ADDRESS(&other), 2, PAWL_PRIVATE);
    int32_t last = pawl_wake(ADDRESS(&other), INT32_MAX, PAWL_PRIVATE);
    CHECK_EQ(pawl_wake(ADDRESS(&other), INT32_MAX, PAWL_PRIVATE), 0);
    join_waiters(&waiters);
    CHECK_EQ(early + two + last, load(&waiters.woken));
    int32_t strays = 3 - two - last;
    if (strays == 0) {
        CHECK_EQ(two, 2);
    }
    return strays;
}

static int32_t wake_none_then_one(void)
{
    struct waiters waiters;
    int32_t early = start_at_other(&waiters, 1);
    CHECK_EQ(pawl_wake(ADDRESS(&other), 0, PAWL_PRIVATE), 0);
    int32_t one = pawl_wake(ADDRESS(&other), 1, PAWL_PRIVATE);
    join_waiters(&waiters);
    CHECK_EQ(early + one, load(&waiters.woken));
    return 1 - one;
}
#endif

TEST(wake_returns_how_many_it_woke)
{
#if defined(__linux__)
    until_none_strays(wake_two_of_three);
#else
    SKIP("this platform does not tell");
#endif
}

TEST(wake_of_zero_wakes_nobody)
{
#if defined(__linux__)
    until_none_strays(wake_none_then_one);
#else
    CHECK_EQ(pawl_wake(ADDRESS(&word), 0, PAWL_PRIVATE), 0);
#endif
}

TEST(wake_refuses_invalid_arguments)
{
    CHECK_EQ(pawl_wake(ADDRESS(&word) + 1, 1, PAWL_PRIVATE), PAWL_EINVAL);
    CHECK_EQ(pawl_wake(0, 1, PAWL_PRIVATE), PAWL_EINVAL);
    CHECK_EQ(pawl_wake(ADDRESS(&word), -1, PAWL_PRIVATE), PAWL_EINVAL);
    CHECK_EQ(pawl_wake(ADDRESS(&word), 1, 4), PAWL_EINVAL);
}
