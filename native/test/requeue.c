/* requeue.c: pawl_requeue, and pawl_waitv, which only Linux has. */
#include "check.h"

static word_t word;
static word_t other;
static word_t third;

/*
 * The kernel may wake a thread for no reason, and has it compare and wait at the word that it has
 * named again, wherever it has been moved: it then returns PAWL_EAGAIN, as that word has changed, or
 * is found there if it was early. Each such stray may be missing once; without one all is exact.
 */
static void check_but_for(int32_t strays, int32_t actual, int32_t expected)
{
    CHECK(actual <= expected);
    CHECK(actual >= expected - strays);
}

TEST(requeue_returns_the_number_woken_and_moved)
{
    int32_t probe = pawl_requeue(ADDRESS(&word), 0, 0, 0, ADDRESS(&other), PAWL_PRIVATE);
    if (probe == PAWL_ENOSYS) {
        SKIP("no requeue on this platform");
    }
    CHECK_EQ(probe, 0);
    struct waiters waiters;
    start_waiters(&waiters, &word, 4, PAWL_PRIVATE);
    gather(&word, &other, 4, PAWL_PRIVATE);
    store(&word, 1);
    int32_t early = pawl_wake(ADDRESS(&word), INT32_MAX, PAWL_PRIVATE);
    int32_t handled = pawl_requeue(ADDRESS(&other), 0, 1, 2, ADDRESS(&third), PAWL_PRIVATE);
    int32_t in_third = pawl_wake(ADDRESS(&third), INT32_MAX, PAWL_PRIVATE);
    int32_t in_other = pawl_wake(ADDRESS(&other), INT32_MAX, PAWL_PRIVATE);
    join_waiters(&waiters);
    int32_t strays = 4 - load(&waiters.woken) + early;
    check_but_for(strays, handled, 3);
    check_but_for(strays, in_third, 2);
    check_but_for(strays, in_other, 1);
}

TEST(requeue_touches_nobody_when_the_value_differs)
{
    int32_t probe = pawl_requeue(ADDRESS(&word), 1, 1, 1, ADDRESS(&other), PAWL_PRIVATE);
    if (probe == PAWL_ENOSYS) {
        SKIP("no requeue on this platform");
    }
    CHECK_EQ(probe, PAWL_EAGAIN);
    struct waiters waiters;
    start_waiters(&waiters, &word, 1, PAWL_PRIVATE);
    gather(&word, &other, 1, PAWL_PRIVATE);
    CHECK_EQ(pawl_requeue(ADDRESS(&other), -1, 1, 1, ADDRESS(&word), PAWL_PRIVATE), PAWL_EAGAIN);
    CHECK_EQ(pawl_wake(ADDRESS(&other), 1, PAWL_PRIVATE), 1);
    join_waiters(&waiters);
}

TEST(requeue_refuses_invalid_arguments)
{
    int64_t from = ADDRESS(&word);
    int64_t to = ADDRESS(&other);
    CHECK_EQ(pawl_requeue(from + 1, 0, 0, 0, to, PAWL_PRIVATE), PAWL_EINVAL);
    CHECK_EQ(pawl_requeue(from, 0, 0, 0, to + 2, PAWL_PRIVATE), PAWL_EINVAL);
    CHECK_EQ(pawl_requeue(from, 0, -1, 0, to, PAWL_PRIVATE), PAWL_EINVAL);
    CHECK_EQ(pawl_requeue(from, 0, 0, -1, to, PAWL_PRIVATE), PAWL_EINVAL);
    CHECK_EQ(pawl_requeue(from, 0, 0, 0, to, 2), PAWL_EINVAL);
}

static struct pawl_waitv words[3];

/* Fills words; skips the test where the kernel or an emulator has no waitv. */
static void prepare(void)
{
    word_t *each[] = {&word, &other, &third};
    for (int32_t i = 0; i < 3; i++) {
        words[i].address = ADDRESS(each[i]);
        words[i].expected = 0;
        words[i].flags = PAWL_PRIVATE;
    }
    if (pawl_waitv(ADDRESS(words), 3, 0) == PAWL_ENOSYS) {
        SKIP("no waitv on this platform, kernel or emulator");
    }
}

static void wait_for_any(void *argument)
{
    *(int32_t *)argument = pawl_waitv(ADDRESS(words), 3, PAWL_FOREVER);
}

TEST(waitv_returns_the_index_of_the_word_that_was_woken)
{
    prepare();
    int32_t index = -1;
    task_t *task = start(wait_for_any, &index);
    while (pawl_wake(ADDRESS(&third), 1, PAWL_PRIVATE) == 0) {
        yield_thread();
    }
    join(task);
    CHECK_EQ(index, 2);
}

TEST(waitv_returns_at_once_when_a_value_differs)
{
    prepare();
    store(&other, 1);
    CHECK_EQ(pawl_waitv(ADDRESS(words), 3, PAWL_FOREVER), PAWL_EAGAIN);
}

TEST(waitv_never_times_out_before_the_deadline)
{
    prepare();
    int64_t deadline = nano_time() + 5 * MILLIS;
    CHECK_EQ(pawl_waitv(ADDRESS(words), 3, deadline), PAWL_ETIMEDOUT);
    CHECK(nano_time() >= deadline);
}

TEST(waitv_refuses_invalid_arguments)
{
    prepare();
    CHECK_EQ(pawl_waitv(ADDRESS(words), 0, 0), PAWL_EINVAL);
    CHECK_EQ(pawl_waitv(ADDRESS(words), 129, 0), PAWL_EINVAL);
    CHECK_EQ(pawl_waitv(ADDRESS(words), -1, 0), PAWL_EINVAL);
    CHECK_EQ(pawl_waitv(0, 1, 0), PAWL_EINVAL);
    words[1].address++;
    CHECK_EQ(pawl_waitv(ADDRESS(words), 3, 0), PAWL_EINVAL);
    words[1].address--;
    words[1].flags = 2;
    CHECK_EQ(pawl_waitv(ADDRESS(words), 3, 0), PAWL_EINVAL);
}
