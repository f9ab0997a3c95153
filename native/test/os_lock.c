/* os_lock.c: the platform's own lock. */
#include "check.h"

#include <stdalign.h>

#if !defined(_WIN32)
#  include <pthread.h>
#endif

static alignas(16) unsigned char storage[128];
static int64_t address;
static int32_t counter;

static void prepare(void)
{
    address = ADDRESS(storage);
    CHECK(pawl_os_size() <= (int32_t)sizeof storage);
    CHECK_EQ(pawl_os_init(address), 0);
}

TEST(os_lock_needs_no_more_than_it_says)
{
    CHECK(pawl_os_size() > 0);
#if defined(__linux__)
    CHECK_EQ(pawl_os_size(), (int32_t)sizeof(pthread_mutex_t));
    CHECK_EQ(pawl_os_alignment(), alignof(pthread_mutex_t));
#endif
    prepare();
    for (size_t i = (size_t)pawl_os_size(); i < sizeof storage; i++) {
        storage[i] = 0xa5;
    }
    CHECK_EQ(pawl_os_lock(address), 0);
    CHECK_EQ(pawl_os_unlock(address), 0);
    CHECK_EQ(pawl_os_destroy(address), 0);
    for (size_t i = (size_t)pawl_os_size(); i < sizeof storage; i++) {
        CHECK_EQ(storage[i], 0xa5);
    }
}

static void try_lock(void *argument)
{
    *(int32_t *)argument = pawl_os_trylock(address);
}

TEST(os_trylock_fails_while_another_thread_holds_the_lock)
{
    prepare();
    int32_t result = 1;
    CHECK_EQ(pawl_os_trylock(address), 0);
    join(start(try_lock, &result));
    CHECK_EQ(result, PAWL_EBUSY);
    CHECK_EQ(pawl_os_unlock(address), 0);
    CHECK_EQ(pawl_os_trylock(address), 0);
    CHECK_EQ(pawl_os_unlock(address), 0);
    CHECK_EQ(pawl_os_destroy(address), 0);
}

static void count_up(void *argument)
{
    (void)argument;
    for (int32_t i = 0; i < 20000; i++) {
        CHECK_EQ(pawl_os_lock(address), 0);
        counter++;
        CHECK_EQ(pawl_os_unlock(address), 0);
    }
}

TEST(os_lock_excludes)
{
    prepare();
    task_t *tasks[4];
    for (int32_t i = 0; i < 4; i++) {
        tasks[i] = start(count_up, NULL);
    }
    for (int32_t i = 0; i < 4; i++) {
        join(tasks[i]);
    }
    CHECK_EQ(counter, 80000);
    CHECK_EQ(pawl_os_destroy(address), 0);
}

struct attempt {
    int64_t nanos;
    int64_t late;
    int32_t result;
};

static void timed_lock(void *argument)
{
    struct attempt *attempt = argument;
    int64_t deadline = nano_time() + attempt->nanos;
    attempt->result = pawl_os_lock_until(address, deadline);
    attempt->late = nano_time() - deadline;
}

TEST(os_lock_never_times_out_before_the_deadline)
{
#if defined(__SANITIZE_THREAD__)
    SKIP("this sanitizer does not know pthread_mutex_clocklock");
#endif
    prepare();
    CHECK_EQ(pawl_os_lock_until(address, PAWL_FOREVER), 0);
    int64_t times[] = {-1000000000, 0, 1, 3 * MILLIS, 30 * MILLIS};
    for (int32_t i = 0; i < 5; i++) {
        struct attempt attempt = {times[i], 0, 0};
        join(start(timed_lock, &attempt));
        if (attempt.result == PAWL_ENOSYS) {
            SKIP("the lock of this platform knows no deadlines");
        }
        CHECK_EQ(attempt.result, PAWL_ETIMEDOUT);
        CHECK(attempt.late >= 0);
    }
    CHECK_EQ(pawl_os_unlock(address), 0);
    CHECK_EQ(pawl_os_lock_until(address, INT64_MIN), 0);
    CHECK_EQ(pawl_os_unlock(address), 0);
    CHECK_EQ(pawl_os_lock_until(address, PAWL_FOREVER - 1), 0);
    CHECK_EQ(pawl_os_unlock(address), 0);
}

#if defined(__linux__) && !defined(__SANITIZE_THREAD__)

static void lock_and_die(void *argument)
{
    *(int32_t *)argument = pawl_os_lock(address);
}

static void lock_in_a_thread_that_dies(void)
{
    int32_t result = 1;
    join(start(lock_and_die, &result));
    CHECK_EQ(result, 0);
}

static void report_the_death(void)
{
    pthread_mutex_t *mutex = (pthread_mutex_t *)(void *)storage;
    pthread_mutexattr_t attributes;
    CHECK_EQ(pthread_mutexattr_init(&attributes), 0);
    CHECK_EQ(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST), 0);
    CHECK_EQ(pthread_mutex_init(mutex, &attributes), 0);
    address = ADDRESS(storage);
    lock_in_a_thread_that_dies();
    int32_t result = pawl_os_trylock(address);
    if (result == PAWL_EBUSY) {
        SKIP("this emulator does not care for the robust locks of a dead thread");
    }
    CHECK_EQ(result, PAWL_EOWNERDEAD);
    CHECK_EQ(pthread_mutex_consistent(mutex), 0);
    CHECK_EQ(pawl_os_unlock(address), 0);
    lock_in_a_thread_that_dies();
    CHECK_EQ(pawl_os_lock_until(address, PAWL_FOREVER - 1), PAWL_EOWNERDEAD);
    CHECK_EQ(pthread_mutex_consistent(mutex), 0);
    CHECK_EQ(pawl_os_unlock(address), 0);
    lock_in_a_thread_that_dies();
    CHECK_EQ(pawl_os_lock(address), PAWL_EOWNERDEAD);
    CHECK_EQ(pawl_os_unlock(address), 0);
    for (int32_t i = 0; i < 3; i++) {
        CHECK_EQ(pawl_os_lock_until(address, 0), -131 /* ENOTRECOVERABLE */);
        CHECK_EQ(pawl_os_lock(address), -131);
    }
    CHECK_EQ(pawl_os_destroy(address), 0);
}

#else

static void report_the_death(void)
{
    SKIP("no robust locks on this platform, or a sanitizer that takes the death for a mistake");
}

#endif

TEST(os_lock_that_is_robust_tells_that_its_owner_died)
{
    report_the_death();
}

TEST(os_lock_refuses_misaligned_storage)
{
    prepare();
    int64_t misaligned = address + pawl_os_alignment() / 2;
    CHECK_EQ(pawl_os_init(misaligned), PAWL_EINVAL);
    CHECK_EQ(pawl_os_lock(misaligned), PAWL_EINVAL);
    CHECK_EQ(pawl_os_lock_until(misaligned, 0), PAWL_EINVAL);
    CHECK_EQ(pawl_os_trylock(address + 1), PAWL_EINVAL);
    CHECK_EQ(pawl_os_unlock(0), PAWL_EINVAL);
    CHECK_EQ(pawl_os_destroy(misaligned), PAWL_EINVAL);
}
