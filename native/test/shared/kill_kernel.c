/* kill_kernel.c: whether the kernel does what the harness needs, tried out on processes of no use. */
#include "kill.h"

#include <linux/futex.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define POLLS 500
#define POLL_NANOS 10000000
#define STEPS 3

/* What a trial ends with, beside 0: the number of what is missing. */
static const char *const missing[] = {
    NULL,
    "there is no ptrace here",
    "nothing can be executed instruction by instruction here",
    "the kernel does not tell of a process that stops",
    "/proc/PID/syscall does not tell of a process that it sleeps on a futex",
    "the kernel cannot be tried out",
};
enum { COMPLETE, NO_PTRACE, NO_STEPS, NO_STOPS, NO_SLEEP, NO_TRIAL };

static void pause_shortly(void)
{
    struct timespec time = {0, POLL_NANOS};
    nanosleep(&time, NULL);
}

static void end_trial(pid_t child, int result)
{
    if (child > 0) {
        kill(child, SIGKILL);
    }
    _exit(result);
}

static void try_steps(void)
{
    int status;
    pid_t child = fork_child();
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) {
            _exit(NO_PTRACE);
        }
        raise(SIGSTOP);
        for (volatile int more = 1; more;) {
        }
    }
    if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status)) {
        end_trial(child, NO_PTRACE);
    }
    for (int i = 0; i < STEPS; i++) {
        if (ptrace(PTRACE_SINGLESTEP, child, NULL, NULL) != 0
            || waitpid(child, &status, 0) != child || !WIFSTOPPED(status)
            || WSTOPSIG(status) != SIGTRAP) {
            end_trial(child, NO_STEPS);
        }
    }
    end_trial(child, COMPLETE);
}

static void try_stops(void)
{
    int status;
    pid_t child = fork_child();
    if (child == 0) {
        raise(SIGSTOP);
        _exit(0);
    }
    if (waitpid(child, &status, WUNTRACED) != child || !WIFSTOPPED(status)
        || kill(child, SIGCONT) != 0 || waitpid(child, &status, 0) != child
        || !WIFEXITED(status)) {
        end_trial(child, NO_STOPS);
    }
    _exit(COMPLETE);
}

static void try_sleep(void)
{
    static uint32_t word;
    pid_t child = fork_child();
    if (child == 0) {
        for (;;) {
            syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0);
        }
    }
    while (!is_asleep(child)) {
        pause_shortly();
    }
    end_trial(child, COMPLETE);
}

/* What a trial ends with; what stands for its failure if it does not end. */
static int run_trial(void (*trial)(void), int without_end)
{
    int status;
    pid_t child = fork();
    if (child < 0) {
        return NO_TRIAL;
    }
    if (child == 0) {
        trial();
    }
    for (int i = 0; i < POLLS; i++) {
        if (waitpid(child, &status, WNOHANG) == child) {
            return WIFEXITED(status) && WEXITSTATUS(status) < NO_TRIAL ? WEXITSTATUS(status)
                                                                       : without_end;
        }
        pause_shortly();
    }
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    return without_end;
}

const char *what_is_missing(void)
{
    int result = run_trial(try_steps, NO_STEPS);
    if (result == COMPLETE) {
        result = run_trial(try_stops, NO_STOPS);
    }
    if (result == COMPLETE) {
        result = run_trial(try_sleep, NO_SLEEP);
    }
    return missing[result];
}
