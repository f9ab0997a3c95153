/* posix.c: what needs signals and processes. */
#include "check.h"

#if defined(_WIN32)

TEST(wait_ends_with_eintr_when_a_signal_arrives)
{
    SKIP("no signals on this platform");
}

TEST(wait_between_processes_is_woken)
{
    CHECK_EQ(pawl_wake(ADDRESS(&(word_t){0}), 1, PAWL_SHARED), PAWL_ENOSYS);
    CHECK_EQ(pawl_wait(ADDRESS(&(word_t){0}), 0, 0, PAWL_SHARED), PAWL_ENOSYS);
}

TEST(requeue_between_processes_moves_the_waiter)
{
    SKIP("no waits between processes on this platform");
}

#else

#  include <pthread.h>
#  include <signal.h>
#  include <sys/mman.h>
#  include <sys/wait.h>
#  include <unistd.h>

static word_t word;
static word_t result = 1;
static pthread_t waiter;
static word_t waiter_known;

static void ignore(int signal)
{
    (void)signal;
}

static void wait_once(void *argument)
{
    (void)argument;
    waiter = pthread_self();
    store(&waiter_known, 1);
    int32_t ended;
    do {
        ended = pawl_wait(ADDRESS(&word), 0, PAWL_FOREVER, PAWL_PRIVATE);
    } while (ended == 0); /* for no reason, as it may */
    store(&result, ended);
}

TEST(wait_ends_with_eintr_when_a_signal_arrives)
{
    struct sigaction action = {.sa_handler = ignore};
    sigemptyset(&action.sa_mask);
    CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
    task_t *task = start(wait_once, NULL);
    while (load(&waiter_known) == 0) {
        yield_thread();
    }
    while (load(&result) == 1) {
        CHECK_EQ(pthread_kill(waiter, SIGUSR1), 0);
        yield_thread();
    }
    join(task);
    CHECK_EQ(load(&result), PAWL_EINTR);
}

/* Words in memory that a child shares. */
static word_t *share(void)
{
    void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANON, -1, 0);
    CHECK(memory != MAP_FAILED);
    return memory;
}

static void expect_success(pid_t child)
{
    int status = 0;
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK(WIFEXITED(status));
    CHECK_EQ(WEXITSTATUS(status), 0);
}

TEST(wait_between_processes_is_woken)
{
    word_t *words = share();
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        while (load(words + 1) == 0) {
            int32_t result = pawl_wait(ADDRESS(words), 0, PAWL_FOREVER, PAWL_SHARED);
            if (result != 0 && result != PAWL_EINTR) {
                _exit(1);
            }
        }
        _exit(0);
    }
    while (pawl_wake(ADDRESS(words), 1, PAWL_SHARED) == 0) {
        yield_thread();
    }
    store(words + 1, 1);
    int status = 0;
    pid_t ended;
    while ((ended = waitpid(child, &status, WNOHANG)) == 0) {
        CHECK(pawl_wake(ADDRESS(words), 1, PAWL_SHARED) >= 0);
        yield_thread();
    }
    CHECK_EQ(ended, child);
    CHECK(WIFEXITED(status));
    CHECK_EQ(WEXITSTATUS(status), 0);
}

/* The kernel may send the child back to the first word, which has changed by then. */
static int32_t move_a_child(void)
{
    word_t *words = share();
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        int32_t result = pawl_wait(ADDRESS(words), 0, PAWL_FOREVER, PAWL_SHARED);
        _exit(result == 0 || result == PAWL_EAGAIN ? 0 : 1);
    }
    gather(words, words + 1, 1, PAWL_SHARED);
    store(words, 1);
    int32_t early = pawl_wake(ADDRESS(words), 1, PAWL_SHARED);
    int32_t moved = pawl_wake(ADDRESS(words + 1), 1, PAWL_SHARED);
    expect_success(child);
    CHECK(early + moved <= 1);
    return 1 - moved;
}

TEST(requeue_between_processes_moves_the_waiter)
{
    word_t *words = share();
    int32_t probe = pawl_requeue(ADDRESS(words), 0, 0, 0, ADDRESS(words + 1), PAWL_SHARED);
    if (probe == PAWL_ENOSYS) {
        SKIP("no requeue on this platform");
    }
    until_none_strays(move_a_child);
}

#endif
