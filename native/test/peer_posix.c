/* peer_posix.c: what ends a process's proof of life, and what does not. */
#define _GNU_SOURCE /* syscall */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#if defined(__linux__)
#  include <sys/syscall.h>
#endif

static char path[] = "/tmp/pawl-death-XXXXXX";
static int file;
static int64_t watcher;
static pid_t parent;

static void remove_at_exit(void)
{
    if (getpid() == parent) {
        unlink(path);
    }
}

static void prepare(void)
{
    parent = getpid();
    file = mkstemp(path);
    CHECK(file >= 0);
    atexit(remove_at_exit);
    watcher = pawl_peer_open(ADDRESS(path));
    CHECK(watcher >= 0);
}

static int64_t claim(int32_t slot)
{
    int64_t peer = pawl_peer_open(ADDRESS(path));
    CHECK(peer >= 0);
    CHECK_EQ(pawl_peer_claim(peer, slot), 0);
    return peer;
}

/* Until it is killed; an alarm ends it if the test has failed. */
static void sleep_for_ever(void)
{
    alarm(100);
    for (;;) {
        pause();
    }
}

/* A child that has claimed slot 5 and does no more. */
static pid_t holder(void)
{
    int ends[2];
    CHECK_EQ(pipe(ends), 0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        claim(5);
        CHECK_EQ(write(ends[1], "", 1), 1);
        sleep_for_ever();
    }
    char ready;
    CHECK_EQ(read(ends[0], &ready, 1), 1);
    close(ends[0]);
    close(ends[1]);
    return child;
}

static void reap(pid_t child)
{
    int status;
    CHECK_EQ(waitpid(child, &status, 0), child);
}

TEST(peer_of_a_killed_process_is_dead)
{
    prepare();
    pid_t child = holder();
    CHECK_EQ(pawl_peer_alive(watcher, 5), 1);
    CHECK_EQ(kill(child, SIGKILL), 0);
    reap(child);
    CHECK_EQ(pawl_peer_alive(watcher, 5), 0);
    CHECK_EQ(pawl_peer_claim(watcher, 5), 0);
}

TEST(peer_of_a_zombie_is_dead)
{
    prepare();
    pid_t child = holder();
    CHECK_EQ(kill(child, SIGKILL), 0);
    siginfo_t info;
    CHECK_EQ(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
    CHECK_EQ(kill(child, 0), 0); /* it is still a process */
    CHECK_EQ(pawl_peer_alive(watcher, 5), 0);
    reap(child);
}

TEST(peer_of_a_stopped_process_is_alive)
{
    prepare();
    pid_t child = holder();
    int status;
    CHECK_EQ(kill(child, SIGSTOP), 0);
    CHECK_EQ(waitpid(child, &status, WUNTRACED), child);
    CHECK(WIFSTOPPED(status));
    CHECK_EQ(pawl_peer_alive(watcher, 5), 1);
    CHECK_EQ(kill(child, SIGKILL), 0);
    reap(child);
    CHECK_EQ(pawl_peer_alive(watcher, 5), 0);
}

static void *claim_and_end(void *argument)
{
    *(int64_t *)argument = claim(5);
    return NULL;
}

TEST(peer_outlives_the_thread_that_claimed)
{
    prepare();
    int64_t peer;
    pthread_t thread;
    CHECK_EQ(pthread_create(&thread, NULL, claim_and_end, &peer), 0);
    CHECK_EQ(pthread_join(thread, NULL), 0);
    CHECK_EQ(pawl_peer_alive(watcher, 5), 1);
    CHECK_EQ(pawl_peer_close(peer), 0);
    CHECK_EQ(pawl_peer_alive(watcher, 5), 0);
}

TEST(peer_outlives_the_close_of_other_descriptors)
{
    prepare();
    int64_t peer = claim(5);
    int duplicate = dup((int)peer);
    int again = open(path, O_RDWR);
    CHECK(duplicate >= 0 && again >= 0);
    close(again);
    close(file);
    CHECK_EQ(pawl_peer_alive(watcher, 5), 1);
    close(duplicate);
    CHECK_EQ(pawl_peer_alive(watcher, 5), 1);
    CHECK_EQ(pawl_peer_close(peer), 0);
    CHECK_EQ(pawl_peer_alive(watcher, 5), 0);
}

TEST(peer_outlives_its_descriptor_while_a_duplicate_is_open)
{
    prepare();
    int64_t peer = claim(5);
    int duplicate = dup((int)peer);
    CHECK_EQ(pawl_peer_close(peer), 0);
    CHECK_EQ(pawl_peer_alive(watcher, 5), 1);
    close(duplicate);
    CHECK_EQ(pawl_peer_alive(watcher, 5), 0);
}

TEST(peer_ends_when_the_process_becomes_another_program)
{
    prepare();
    int ends[2];
    CHECK_EQ(pipe(ends), 0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        claim(5);
        CHECK_EQ(dup2(ends[1], STDOUT_FILENO), STDOUT_FILENO);
        execl("/bin/sh", "sh", "-c", "echo; exec sleep 100", (char *)NULL);
        _exit(1);
    }
    char ready;
    CHECK_EQ(read(ends[0], &ready, 1), 1);
    CHECK_EQ(pawl_peer_alive(watcher, 5), 0);
    CHECK_EQ(kill(child, SIGKILL), 0);
    reap(child);
}

TEST(peer_is_not_inherited_by_a_program_that_the_holder_starts)
{
    prepare();
    int64_t peer = claim(5);
    int ends[2];
    CHECK_EQ(pipe(ends), 0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        CHECK_EQ(dup2(ends[1], STDOUT_FILENO), STDOUT_FILENO);
        execl("/bin/sh", "sh", "-c", "echo; exec sleep 100", (char *)NULL);
        _exit(1);
    }
    char ready;
    CHECK_EQ(read(ends[0], &ready, 1), 1);
    CHECK_EQ(pawl_peer_close(peer), 0);
    CHECK_EQ(pawl_peer_alive(watcher, 5), 0);
    CHECK_EQ(kill(child, SIGKILL), 0);
    reap(child);
}

TEST(peer_is_shared_with_a_child_made_by_fork)
{
    prepare();
    int64_t peer = claim(5);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        sleep_for_ever();
    }
    CHECK_EQ(pawl_peer_close(peer), 0);
    CHECK_EQ(pawl_peer_alive(watcher, 5), 1);
    CHECK_EQ(kill(child, SIGKILL), 0);
    reap(child);
    CHECK_EQ(pawl_peer_alive(watcher, 5), 0);
}

TEST(peer_of_memory_without_a_path_is_reopened)
{
#if defined(__linux__)
    int memory = (int)syscall(SYS_memfd_create, "pawl", 1 /* close-on-exec */);
    CHECK(memory >= 0);
    int64_t one = pawl_peer_reopen(memory);
    int64_t other = pawl_peer_reopen(memory);
    CHECK(one >= 0 && other >= 0);
    CHECK_EQ(fcntl((int)one, F_GETFD), FD_CLOEXEC);
    CHECK_EQ(pawl_peer_claim(one, 5), 0);
    CHECK_EQ(pawl_peer_claim(other, 5), PAWL_EAGAIN);
    CHECK_EQ(pawl_peer_alive(other, 5), 1);
    CHECK_EQ(pawl_peer_reopen(54321), PAWL_EBADF);
#else
    CHECK_EQ(pawl_peer_reopen(0), PAWL_ENOSYS);
#endif
}

TEST(peer_leaves_errno_alone)
{
    prepare();
    errno = 4711;
    CHECK_EQ(pawl_peer_open(ADDRESS("/nowhere/at/all")), PAWL_ENOENT);
    CHECK_EQ(pawl_peer_claim(-1, 0), PAWL_EBADF);
    CHECK_EQ(pawl_peer_claim(12345, 0), PAWL_EBADF);
    CHECK_EQ(pawl_peer_claim(watcher, 0), 0);
    CHECK_EQ(errno, 4711);
}

TEST(peer_refuses_a_symbolic_link)
{
    prepare();
    char link[sizeof path + 5];
    snprintf(link, sizeof link, "%s.link", path);
    CHECK_EQ(symlink(path, link), 0);
    int64_t peer = pawl_peer_open(ADDRESS(link));
    unlink(link);
    CHECK_EQ(peer, PAWL_ELOOP);
}
