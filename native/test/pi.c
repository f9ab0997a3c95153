/* pi.c: the priority-inheriting lock. */
#include "check.h"

static word_t word;

static void need_pi(void)
{
    int32_t result = pawl_pi_trylock(ADDRESS(&word), PAWL_PRIVATE);
    if (result == PAWL_ENOSYS) {
        SKIP("no lock with priority inheritance on this platform, kernel or emulator");
    }
    CHECK_EQ(result, 0);
    CHECK(load(&word) != 0);
    CHECK_EQ(pawl_pi_unlock(ADDRESS(&word), PAWL_PRIVATE), 0);
    CHECK_EQ(load(&word), 0);
}

TEST(pi_lock_can_be_locked_and_unlocked)
{
    need_pi();
    CHECK_EQ(pawl_pi_lock(ADDRESS(&word), PAWL_FOREVER, PAWL_PRIVATE), 0);
    CHECK(load(&word) != 0);
    CHECK_EQ(pawl_pi_unlock(ADDRESS(&word), PAWL_PRIVATE), 0);
    CHECK_EQ(load(&word), 0);
}

TEST(pi_lock_can_be_shared)
{
    need_pi();
    CHECK_EQ(pawl_pi_lock(ADDRESS(&word), PAWL_FOREVER, PAWL_SHARED), 0);
    CHECK_EQ(pawl_pi_unlock(ADDRESS(&word), PAWL_SHARED), 0);
}

TEST(pi_lock_finds_that_the_caller_holds_it)
{
    need_pi();
    CHECK_EQ(pawl_pi_lock(ADDRESS(&word), PAWL_FOREVER, PAWL_PRIVATE), 0);
    CHECK_EQ(pawl_pi_lock(ADDRESS(&word), PAWL_FOREVER, PAWL_PRIVATE), PAWL_EDEADLK);
    CHECK_EQ(pawl_pi_trylock(ADDRESS(&word), PAWL_PRIVATE), PAWL_EDEADLK);
    CHECK_EQ(pawl_pi_unlock(ADDRESS(&word), PAWL_PRIVATE), 0);
}

TEST(pi_unlock_is_refused_to_a_thread_that_does_not_hold_it)
{
    need_pi();
    CHECK_EQ(pawl_pi_unlock(ADDRESS(&word), PAWL_PRIVATE), PAWL_EPERM);
}

struct attempt {
    int32_t result;
    int64_t nanos;
    int64_t late;
};

static void try_lock(void *argument)
{
    ((struct attempt *)argument)->result = pawl_pi_trylock(ADDRESS(&word), PAWL_PRIVATE);
}

static void timed_lock(void *argument)
{
    struct attempt *attempt = argument;
    int64_t deadline = nano_time() + attempt->nanos;
    attempt->result = pawl_pi_lock(ADDRESS(&word), deadline, PAWL_PRIVATE);
    attempt->late = nano_time() - deadline;
}

static void unlock(void *argument)
{
    ((struct attempt *)argument)->result = pawl_pi_unlock(ADDRESS(&word), PAWL_PRIVATE);
}

TEST(pi_lock_that_is_held_turns_others_away)
{
    need_pi();
    CHECK_EQ(pawl_pi_lock(ADDRESS(&word), PAWL_FOREVER, PAWL_PRIVATE), 0);
    struct attempt attempt = {0, 0, 0};
    join(start(try_lock, &attempt));
    CHECK_EQ(attempt.result, PAWL_EBUSY);
    join(start(unlock, &attempt));
    CHECK_EQ(attempt.result, PAWL_EPERM);
    CHECK_EQ(pawl_pi_unlock(ADDRESS(&word), PAWL_PRIVATE), 0);
}

static void time_out(void)
{
    CHECK_EQ(pawl_pi_lock(ADDRESS(&word), PAWL_FOREVER, PAWL_PRIVATE), 0);
    int64_t times[] = {-1000000000, 0, 1, 3 * MILLIS, 30 * MILLIS};
    for (int32_t i = 0; i < 5; i++) {
        struct attempt attempt = {0, times[i], 0};
        join(start(timed_lock, &attempt));
        CHECK_EQ(attempt.result, PAWL_ETIMEDOUT);
        CHECK(attempt.late >= 0);
    }
    CHECK_EQ(pawl_pi_unlock(ADDRESS(&word), PAWL_PRIVATE), 0);
}

TEST(pi_lock_never_times_out_before_the_deadline)
{
    need_pi();
    time_out();
}

static int32_t counter;

static void count_up(void *argument)
{
    (void)argument;
    for (int32_t i = 0; i < 2000; i++) {
        CHECK_EQ(pawl_pi_lock(ADDRESS(&word), PAWL_FOREVER, PAWL_PRIVATE), 0);
        counter++;
        CHECK_EQ(pawl_pi_unlock(ADDRESS(&word), PAWL_PRIVATE), 0);
    }
}

static void exclude(void)
{
    task_t *tasks[4];
    for (int32_t i = 0; i < 4; i++) {
        tasks[i] = start(count_up, NULL);
    }
    for (int32_t i = 0; i < 4; i++) {
        join(tasks[i]);
    }
    CHECK_EQ(counter, 8000);
    CHECK_EQ(load(&word), 0);
}

TEST(pi_lock_excludes)
{
    need_pi();
    exclude();
}

/* Has a filter let FUTEX_LOCK_PI2 fail as it does before Linux 5.14. */
#if defined(__linux__)

#  include <sys/prctl.h>
#  include <sys/syscall.h>

static int without_lock_pi2(void)
{
    struct instruction {
        uint16_t code;
        uint8_t when_true;
        uint8_t when_false;
        uint32_t operand;
    } filter[] = {
        {0x20, 0, 0, 0},               /* load the number of the call */
        {0x15, 0, 4, SYS_futex},       /* allow all but futex */
        {0x20, 0, 0, 24},              /* load the second argument, the operation */
        {0x54, 0, 0, 0x7f},            /* without its flags */
        {0x15, 0, 1, 13},              /* allow all but FUTEX_LOCK_PI2 */
        {0x06, 0, 0, 0x00050000 | 38}, /* fail with ENOSYS */
        {0x06, 0, 0, 0x7fff0000},      /* allow */
    };
    struct {
        uint16_t length;
        struct instruction *filter;
    } program = {sizeof filter / sizeof filter[0], filter};
    return prctl(38 /* PR_SET_NO_NEW_PRIVS */, 1, 0, 0, 0) == 0
           && prctl(22 /* PR_SET_SECCOMP */, 2 /* SECCOMP_MODE_FILTER */, &program) == 0;
}

#else

static int without_lock_pi2(void)
{
    return 0;
}

#endif

TEST(pi_lock_does_without_the_operation_of_linux_5_14)
{
    need_pi();
    if (!without_lock_pi2()) {
        SKIP("no filter for system calls here");
    }
    time_out();
    exclude();
    CHECK_EQ(pawl_pi_lock(ADDRESS(&word), PAWL_FOREVER - 1, PAWL_PRIVATE), 0);
    CHECK_EQ(pawl_pi_lock(ADDRESS(&word), PAWL_FOREVER - 1, PAWL_PRIVATE), PAWL_EDEADLK);
    CHECK_EQ(pawl_pi_unlock(ADDRESS(&word), PAWL_PRIVATE), 0);
}

#define OWNER_DIED INT32_C(0x40000000)

static void lock_and_die(void *argument)
{
    ((struct attempt *)argument)->result =
        pawl_pi_lock(ADDRESS(&word), PAWL_FOREVER, PAWL_PRIVATE);
}

TEST(pi_lock_of_a_dead_owner_is_reported)
{
    need_pi();
    struct attempt attempt = {1, 0, 0};
    join(start(lock_and_die, &attempt));
    CHECK_EQ(attempt.result, 0);
    CHECK(load(&word) != 0);
    /* An emulator may let the join come before the owner's end, which then finds a waiter. */
    int32_t result = pawl_pi_lock(ADDRESS(&word), PAWL_FOREVER, PAWL_PRIVATE);
    CHECK(result == PAWL_ESRCH || result == PAWL_EOWNERDEAD);
}

TEST(pi_lock_tells_the_next_owner_that_the_last_one_died)
{
    need_pi();
    store(&word, OWNER_DIED); /* as the kernel leaves it behind a dead owner */
    CHECK_EQ(pawl_pi_lock(ADDRESS(&word), PAWL_FOREVER, PAWL_PRIVATE), PAWL_EOWNERDEAD);
    CHECK_EQ(load(&word) & OWNER_DIED, 0);
    CHECK_EQ(pawl_pi_unlock(ADDRESS(&word), PAWL_PRIVATE), 0);
    store(&word, OWNER_DIED);
    CHECK_EQ(pawl_pi_trylock(ADDRESS(&word), PAWL_PRIVATE), PAWL_EOWNERDEAD);
    CHECK_EQ(pawl_pi_unlock(ADDRESS(&word), PAWL_PRIVATE), 0);
    CHECK_EQ(load(&word), 0);
}

TEST(pi_lock_refuses_invalid_arguments)
{
    need_pi();
    CHECK_EQ(pawl_pi_lock(ADDRESS(&word) + 1, PAWL_FOREVER, PAWL_PRIVATE), PAWL_EINVAL);
    CHECK_EQ(pawl_pi_trylock(ADDRESS(&word) + 2, PAWL_PRIVATE), PAWL_EINVAL);
    CHECK_EQ(pawl_pi_unlock(0, PAWL_PRIVATE), PAWL_EINVAL);
    CHECK_EQ(pawl_pi_lock(ADDRESS(&word), PAWL_FOREVER, 2), PAWL_EINVAL);
}
