/*
 * kill.c: the locks of pawl_shared.h under a process that is killed after any instruction.
 *
 *   shared_kill kill SCENARIO [FIRST STEP LIMIT]    kills the victim after FIRST, FIRST + STEP ...
 *                                                   instructions, until it gets to its end
 *   shared_kill reuse SCENARIO [FIRST STEP LIMIT]   the same, and the next that comes is one that
 *                                                   attaches then, and gets the slot of the dead
 *   shared_kill pause SCENARIO [FIRST STEP LIMIT]   has others come to sleep there instead, and lets
 *                                                   the victim go on
 *
 * The victim is stepped by ptrace through an operation. Then others have their turn, each once. None
 * may be stuck for LIMIT seconds, and none may find half-changed data without having been told that
 * an owner died. Ends with 3 and the word "broken" where one was.
 *
 * Only for x86-64: on machines that lock with a load and a store, no step gets past the pair.
 */
#include "kill.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#define SKIPPED 77

static pid_t parent;

/* The victim, stopped before the first instruction that matters. */
static pid_t start_victim(void)
{
    pid_t child = fork_child();
    if (child == 0) {
        alarm((unsigned)limit);
        attach("victim");
        require(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0, "cannot be traced");
        raise(SIGSTOP);
        scenario->victim();
        raise(SIGSTOP);
        _exit(0);
    }
    int status;
    require(waitpid(child, &status, 0) == child, "no victim");
    require(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP, "the victim did not stop");
    return child;
}

/* One instruction, or system call: whether there is another. */
static int step(pid_t victim)
{
    int status;
    require(ptrace(PTRACE_SINGLESTEP, victim, NULL, NULL) == 0, "cannot step");
    for (int polls = 0; waitpid(victim, &status, WNOHANG) == 0; polls++) {
        if (polls > 100 && is_asleep(victim)) {
            scenario->blocked();
        }
    }
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) {
        fail("the victim is stuck");
    }
    if (WIFEXITED(status) || WIFSIGNALED(status)) {
        fail("the victim failed");
    }
    if (WSTOPSIG(status) == SIGALRM) {
        fail("the victim is stuck");
    }
    return WSTOPSIG(status) != SIGSTOP;
}

static void make_region(void)
{
    unlink(path);
    require(pawl_shared_create(&region, path, 65536, "parent") == 0, "cannot create");
    require(pawl_shared_define(&region, PAWL_SHARED_MUTEX, "lock", 0) == 0, "cannot define");
    require(pawl_shared_define(&region, PAWL_SHARED_DATA, "data", 64) == 0, "cannot define");
    require(pawl_shared_define(&region, PAWL_SHARED_RWLOCK, "rw", 0) == 0, "cannot define");
    require(pawl_shared_define(&region, PAWL_SHARED_SEMAPHORE, "permits", 9) == 0, "cannot define");
    require(pawl_shared_define(&region, PAWL_SHARED_CONDVAR, "changed", 0) == 0, "cannot define");
    require(pawl_shared_define(&region, PAWL_SHARED_SEQLOCK, "record", sizeof(struct data)) == 0,
            "cannot define");
    pawl_shared_detach(&region);
    attach("parent");
}

/* No word but those of the table: an owner that lives or is dead, WAITERS, ORPHAN. */
static void check_word(void)
{
    uint64_t word = pawl_shared_word(&mutex);
    uint64_t bits = PAWL_SHARED_WAITERS | PAWL_SHARED_ORPHAN;
    uint64_t slot = word & PAWL_SHARED_OWNER;
    if ((word & UINT64_C(0xffffffff) & ~bits & ~PAWL_SHARED_OWNER) != 0 || slot > 8
        || (slot == 0 && word >> 32 != 0)) {
        fail("a word that should not be");
    }
}

/* All have taken the mutex, and it can be had. */
static void check_changes(void)
{
    take_once();
    if (data->begun < (uint64_t)started + 3 || pawl_shared_word(&mutex) >> 32 != 0) {
        fail("a change is lost");
    }
}

enum mode { KILL, REUSE, PAUSE };

/* The victim gets so far and no further: whether it was at its end. */
static int run(int steps, enum mode mode)
{
    int kills = mode != PAUSE;
    started = 0;
    make_region();
    scenario->prepare();
    pid_t victim = start_victim();
    uint32_t slot = pawl_shared_my_slot(&region) + 1; /* of who attached next */
    uint64_t owner = (uint64_t)region.slot_table[slot].generation << 32 | (slot + 1);
    int more = 1;
    pid_t early = start_early();
    for (int i = 0; i < steps && more; i++) {
        more = step(victim);
        if (scenario->others_when_owned
            && (pawl_shared_word(&mutex) & ~(PAWL_SHARED_WAITERS | PAWL_SHARED_ORPHAN)) == owner) {
            start_others();
        }
    }
    int status;
    if (kills) {
        kill(victim, SIGKILL);
        require(waitpid(victim, &status, 0) == victim, "no victim");
    } else {
        start_others();
        require(ptrace(PTRACE_DETACH, victim, NULL, NULL) == 0, "cannot detach");
        kill(victim, SIGCONT);
    }
    release();
    scenario->check();
    if (mode != REUSE) {
        join_early(early);
    }
    pid_t late = spawn(take_turn);
    join_others();
    join(late);
    if (mode == REUSE) {
        join_early(early);
    }
    if (!kills) {
        while (waitpid(victim, &status, WUNTRACED) == victim && WIFSTOPPED(status)) {
            kill(victim, SIGCONT);
        }
        if (!WIFEXITED(status)) {
            fail("the victim is stuck");
        }
    }
    check_word();
    (scenario->end != NULL ? scenario->end : check_changes)();
    pawl_shared_detach(&region);
    return !more;
}

static void remove_files(void)
{
    if (getpid() == parent) {
        unlink(path);
        unlink(new_path);
    }
}

static const struct scenario *find_scenario(const struct scenario *all, const char *name)
{
    while (all->name != NULL && strcmp(all->name, name) != 0) {
        all++;
    }
    return all->name != NULL ? all : NULL;
}

int main(int count, char **arguments)
{
#if defined(__linux__) && defined(__x86_64__)
    int first = count > 3 ? atoi(arguments[3]) : 0;
    int stride = count > 4 ? atoi(arguments[4]) : 1;
    limit = count > 5 ? atoi(arguments[5]) : limit;
    if (count > 2) {
        scenario = find_scenario(region_scenarios, arguments[2]);
        scenario = scenario != NULL ? scenario : find_scenario(lock_scenarios, arguments[2]);
    }
    if (scenario == NULL) {
        fprintf(stderr, "usage: %s kill|reuse|pause SCENARIO [FIRST STEP LIMIT]\n", arguments[0]);
        return 2;
    }
    const char *missing = what_is_missing();
    if (missing != NULL) {
        printf("skipped: %s\n", missing);
        return SKIPPED;
    }
    parent = getpid();
    const char *directory = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(path, sizeof path, "%s/pawl-kill-%d", directory, (int)parent);
    snprintf(new_path, sizeof new_path, "%s.new", path);
    atexit(remove_files);
    enum mode mode = strcmp(arguments[1], "kill") == 0    ? KILL
                     : strcmp(arguments[1], "reuse") == 0 ? REUSE
                                                          : PAUSE;
    int points = 1;
    for (int steps = first; !run(steps, mode); steps += stride) {
        points++;
    }
    printf("%s %s: %d points\n", arguments[1], arguments[2], points);
    return 0;
#else
    (void)count;
    (void)arguments;
    (void)find_scenario;
    printf("skipped: only on Linux x86-64\n");
    return SKIPPED;
#endif
}
