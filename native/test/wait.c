/* wait.c: pawl_wait by itself: values, deadlines, arguments. */
#include "check.h"

#include <errno.h>

static word_t word;

TEST(wait_returns_at_once_when_the_value_differs)
{
    CHECK_EQ(pawl_wait(ADDRESS(&word), 1, PAWL_FOREVER, PAWL_PRIVATE), PAWL_EAGAIN);
}

TEST(wait_compares_all_32_bits)
{
    store(&word, INT32_MIN);
    CHECK_EQ(pawl_wait(ADDRESS(&word), 0, PAWL_FOREVER, PAWL_PRIVATE), PAWL_EAGAIN);
    CHECK_EQ(pawl_wait(ADDRESS(&word), INT32_MIN, 0, PAWL_PRIVATE), PAWL_ETIMEDOUT);
    store(&word, -1);
    CHECK_EQ(pawl_wait(ADDRESS(&word), -1, 0, PAWL_PRIVATE), PAWL_ETIMEDOUT);
}

TEST(wait_compares_before_it_looks_at_the_deadline)
{
    CHECK_EQ(pawl_wait(ADDRESS(&word), 1, 0, PAWL_PRIVATE), PAWL_EAGAIN);
}

TEST(wait_times_out_at_once_when_the_deadline_is_zero)
{
    CHECK_EQ(pawl_wait(ADDRESS(&word), 0, 0, PAWL_PRIVATE), PAWL_ETIMEDOUT);
}

TEST(wait_times_out_at_once_when_the_deadline_has_passed)
{
    CHECK_EQ(pawl_wait(ADDRESS(&word), 0, nano_time() - 1, PAWL_PRIVATE), PAWL_ETIMEDOUT);
    CHECK_EQ(pawl_wait(ADDRESS(&word), 0, -1, PAWL_PRIVATE), PAWL_ETIMEDOUT);
    CHECK_EQ(pawl_wait(ADDRESS(&word), 0, INT64_MIN, PAWL_PRIVATE), PAWL_ETIMEDOUT);
}

/* Waits until the deadline, through spurious returns, and checks that it has passed. */
static void time_out(int64_t nanos)
{
    int64_t deadline = nano_time() + nanos;
    int32_t result;
    do {
        result = pawl_wait(ADDRESS(&word), 0, deadline, PAWL_PRIVATE);
    } while (result == 0 || result == PAWL_EINTR);
    CHECK_EQ(result, PAWL_ETIMEDOUT);
    CHECK(nano_time() >= deadline);
}

TEST(wait_never_times_out_before_the_deadline)
{
    for (int32_t i = 0; i < 50; i++) {
        time_out(1 + i * INT64_C(54321));
    }
}

TEST(wait_times_out_after_more_than_2147_milliseconds)
{
    time_out(2200 * MILLIS);
}

TEST(wait_accepts_the_last_deadline_but_one)
{
    CHECK_EQ(pawl_wait(ADDRESS(&word), 1, PAWL_FOREVER - 1, PAWL_PRIVATE), PAWL_EAGAIN);
}

TEST(wait_leaves_errno_alone)
{
    errno = 4711;
    int32_t result;
    do {
        result = pawl_wait(ADDRESS(&word), 0, nano_time() + MILLIS, PAWL_PRIVATE);
    } while (result == 0 || result == PAWL_EINTR);
    CHECK_EQ(result, PAWL_ETIMEDOUT);
    CHECK_EQ(pawl_wait(ADDRESS(&word), 1, PAWL_FOREVER, PAWL_PRIVATE), PAWL_EAGAIN);
    CHECK_EQ(errno, 4711);
}

TEST(wait_refuses_invalid_arguments)
{
    CHECK_EQ(pawl_wait(ADDRESS(&word) + 2, 0, 0, PAWL_PRIVATE), PAWL_EINVAL);
    CHECK_EQ(pawl_wait(0, 0, 0, PAWL_PRIVATE), PAWL_EINVAL);
    CHECK_EQ(pawl_wait(ADDRESS(&word), 0, 0, 2), PAWL_EINVAL);
    CHECK_EQ(pawl_wait(ADDRESS(&word), 0, 0, -1), PAWL_EINVAL);
}

TEST(the_library_has_the_version_of_the_header)
{
    CHECK_EQ(pawl_abi_version(), PAWL_ABI_VERSION);
}
