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
 * The victim is stepped by ptrace through an operation. Then others take the lock, each once. None
 * may be stuck for LIMIT seconds, and none may find half-changed data without having been told that
 * an owner died. Ends with 3 and the word "broken" where one was.
 *
 * Only for x86-64: on machines that lock with a load and a store, no step gets past the pair.
 */
#if !defined(_GNU_SOURCE)
#  define _GNU_SOURCE
#endif
#include "pawl_shared.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#define BROKEN 3
#define SKIPPED 77

struct data {
    uint64_t begun;
    uint64_t done;
};

static pid_t parent;
static char path[64];
static int limit = 20;
static struct pawl_shared_region region; /* of the parent, or of a child that attached anew */
static struct pawl_shared_mutex mutex;
static struct data *data;

static void fail(const char *what)
{
    fprintf(stderr, "broken: %s\n", what);
    exit(BROKEN);
}

static void require(int condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "%s\n", what);
        exit(1);
    }
}

static void attach(const char *label)
{
    void *place;
    uint32_t size;
    require(pawl_shared_attach(&region, path, label) == 0, "cannot attach");
    require(pawl_shared_mutex_find(&mutex, &region, "lock") == 0, "no lock");
    require(pawl_shared_data_find(&place, &size, &region, "data") == 0, "no data");
    data = place;
}

static void change(void)
{
    volatile struct data *d = data;
    d->begun++;
    d->done++;
}

static void repair(void)
{
    if (pawl_shared_mutex_lock_forced(&mutex, PAWL_FOREVER) != 0) {
        fail("a forced lock is refused");
    }
    data->done = data->begun;
    pawl_shared_mutex_clear_poison(&mutex);
}

/* What each who is left does once. */
static void take_once(void)
{
    int32_t result = pawl_shared_mutex_lock(&mutex, PAWL_FOREVER);
    if (result == PAWL_OWNER_DIED) {
        repair();
    } else if (result != 0) {
        fail("a lock is refused");
    }
    if (data->begun != data->done) {
        fail("half-changed data, and nobody was told");
    }
    change();
    if (pawl_shared_mutex_unlock(&mutex) != 0) {
        fail("an owner does not own");
    }
}

/* A child that does not outlive its parent. */
static pid_t fork_child(void)
{
    pid_t child = fork();
    require(child >= 0, "cannot fork");
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    }
    return child;
}

/* A child that attaches and does what body says; it counts as stuck if that takes too long. */
static pid_t spawn(void (*body)(void))
{
    pid_t child = fork_child();
    if (child == 0) {
        alarm((unsigned)limit);
        attach("other");
        body();
        _exit(0);
    }
    return child;
}

static void join(pid_t child)
{
    int status = 0;
    require(waitpid(child, &status, 0) == child, "no child");
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) {
        fail("somebody is stuck");
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fail("somebody failed");
    }
}

/* Whether a process sleeps on a futex, or has ended. */
static int is_asleep(pid_t process)
{
    char name[64];
    char text[64] = "";
    siginfo_t info;
    snprintf(name, sizeof name, "/proc/%d/syscall", (int)process);
    FILE *file = fopen(name, "r");
    if (file != NULL) {
        if (fgets(text, sizeof text, file) == NULL) {
            text[0] = 0;
        }
        fclose(file);
    }
    info.si_pid = 0;
    waitid(P_PID, (id_t)process, &info, WEXITED | WNOHANG | WNOWAIT);
    if (info.si_pid == process) { /* of the victim this is a stop, too */
        return info.si_code == CLD_EXITED || info.si_code == CLD_KILLED;
    }
    return strtol(text, NULL, 10) == SYS_futex;
}

static void await_sleep(pid_t process)
{
    while (!is_asleep(process)) {
        sched_yield();
    }
}

static pid_t others[2];
static int started;

/* Two others that come for the lock and sleep if it is held. */
static void start_others(void)
{
    for (; started < 2; started++) {
        others[started] = spawn(take_once);
        await_sleep(others[started]);
    }
}

static void stop_and_take_once(void)
{
    raise(SIGSTOP);
    alarm((unsigned)limit);
    take_once();
}

/* One that is attached all the time, and comes for the lock when it is joined. */
static pid_t start_early(void)
{
    int status;
    pid_t child = spawn(stop_and_take_once);
    require(waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status), "no early one");
    return child;
}

static void join_early(pid_t child)
{
    kill(child, SIGCONT);
    join(child);
}

static int parent_holds;

static void release(void)
{
    if (parent_holds) {
        parent_holds = 0;
        require(pawl_shared_mutex_unlock(&mutex) == 0, "the parent does not own");
    }
}

/* A scenario: what comes before, what the victim does, whether others come when it owns the lock. */
struct scenario {
    const char *name;
    void (*prepare)(void);
    void (*victim)(void);
    void (*blocked)(void); /* the victim has come to sleep */
    void (*check)(void);   /* what is to hold after it was killed */
    int others_when_owned;
};

static void nothing(void)
{
}

static void hold(void)
{
    parent_holds = 1;
    require(pawl_shared_mutex_lock(&mutex, PAWL_FOREVER) == 0, "the parent cannot lock");
}

/* Another comes to sleep behind the victim, the parent unlocks and overtakes both. */
static void overtake(void)
{
    if (started == 0) {
        start_others();
        release();
        parent_holds = pawl_shared_mutex_trylock(&mutex) == 0;
    } else {
        release();
    }
}

static void lock_and_die(void)
{
    require(pawl_shared_mutex_lock(&mutex, PAWL_FOREVER) == 0, "the dead cannot lock");
    data->begun++;
}

static void leave_dead(void)
{
    join(spawn(lock_and_die));
}

static void time_out(void)
{
    pawl_shared_mutex_lock(&mutex, pawl_shared_now() + 4 * PAWL_SHARED_MILLI);
}

static struct pawl_shared_region extra;

static void attach_again(void)
{
    pawl_shared_attach(&extra, path, "victim");
}

static void define(void)
{
    pawl_shared_define(&region, PAWL_SHARED_SEMAPHORE, "more", 3);
}

/* Nobody but the parent and one other is attached: each other slot can be had. */
static void check_slots(void)
{
    struct pawl_shared_region all[PAWL_SHARED_SLOTS];
    int attached = 0;
    while (pawl_shared_attach(&all[attached], path, "all") == 0) {
        attached++;
    }
    if (attached != PAWL_SHARED_SLOTS - 2) {
        fail("a slot is lost");
    }
    while (attached > 0) {
        pawl_shared_detach(&all[--attached]);
    }
}

static void check_definition(void)
{
    void *place;
    uint32_t permits;
    if (pawl_shared_define(&region, PAWL_SHARED_SEMAPHORE, "more", 3) != 0
        || pawl_shared_find(&region, PAWL_SHARED_SEMAPHORE, "more", &place, &permits) != 0
        || permits != 3 || ((struct pawl_shared_semaphore_record *)place)->permits != 3) {
        fail("a definition is not whole");
    }
}

static char new_path[80];

static void create(void)
{
    pawl_shared_create(&extra, new_path, 65536, "victim");
}

static void remove_new(void)
{
    unlink(new_path);
}

static void check_creation(void)
{
    if (pawl_shared_create(&extra, new_path, 65536, "next") != 0
        || pawl_shared_define(&extra, PAWL_SHARED_MUTEX, "first", 0) != 0) {
        fail("a region that was not finished is not made anew");
    }
    pawl_shared_detach(&extra);
    unlink(new_path);
}

static const struct scenario scenarios[] = {
    {"alone", nothing, take_once, nothing, nothing, 0},
    {"waited", nothing, take_once, nothing, nothing, 1},
    {"overtaken", hold, take_once, overtake, nothing, 0},
    {"recovery", leave_dead, take_once, nothing, nothing, 0},
    {"waited-recovery", leave_dead, take_once, nothing, nothing, 1},
    {"timeout", hold, time_out, start_others, nothing, 0},
    {"attach", nothing, attach_again, nothing, check_slots, 0},
    {"define", nothing, define, nothing, check_definition, 0},
    {"create", remove_new, create, nothing, check_creation, 0},
};

/* The victim, stopped before the first instruction that matters. */
static pid_t start_victim(const struct scenario *scenario)
{
    pid_t child = fork_child();
    if (child == 0) {
        alarm((unsigned)limit);
        attach("victim");
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) {
            _exit(SKIPPED);
        }
        raise(SIGSTOP);
        scenario->victim();
        raise(SIGSTOP);
        _exit(0);
    }
    int status;
    require(waitpid(child, &status, 0) == child, "no victim");
    if (WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED) {
        printf("skipped: no ptrace here\n");
        exit(SKIPPED);
    }
    require(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP, "the victim did not stop");
    return child;
}

/* One instruction, or system call: whether there is another. */
static int step(const struct scenario *scenario, pid_t victim)
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

enum mode { KILL, REUSE, PAUSE };

/* The victim gets so far and no further: whether it was at its end. */
static int run(const struct scenario *scenario, int steps, enum mode mode)
{
    int kills = mode != PAUSE;
    make_region();
    scenario->prepare();
    pid_t victim = start_victim(scenario);
    uint32_t slot = pawl_shared_my_slot(&region) + 1; /* of who attached next */
    uint64_t owner = (uint64_t)region.slot_table[slot].generation << 32 | (slot + 1);
    int more = 1;
    pid_t early = start_early();
    started = 0;
    for (int i = 0; i < steps && more; i++) {
        more = step(scenario, victim);
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
    pid_t late = spawn(take_once);
    for (int i = 0; i < started; i++) {
        join(others[i]);
    }
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
    take_once();
    if (data->begun < (uint64_t)started + 3 || pawl_shared_word(&mutex) >> 32 != 0) {
        fail("a change is lost");
    }
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

int main(int count, char **arguments)
{
#if defined(__linux__) && defined(__x86_64__)
    int first = count > 3 ? atoi(arguments[3]) : 0;
    int stride = count > 4 ? atoi(arguments[4]) : 1;
    limit = count > 5 ? atoi(arguments[5]) : limit;
    for (size_t i = 0; count > 2 && i < sizeof scenarios / sizeof scenarios[0]; i++) {
        if (strcmp(scenarios[i].name, arguments[2]) == 0) {
            parent = getpid();
            const char *directory = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
            snprintf(path, sizeof path, "%s/pawl-kill-%d", directory, (int)parent);
            snprintf(new_path, sizeof new_path, "%s.new", path);
            atexit(remove_files);
            enum mode mode = strcmp(arguments[1], "kill") == 0    ? KILL
                             : strcmp(arguments[1], "reuse") == 0 ? REUSE
                                                                  : PAUSE;
            int points = 0;
            for (int steps = first;; steps += stride, points++) {
                if (run(&scenarios[i], steps, mode)) {
                    break;
                }
            }
            printf("%s %s: %d points\n", arguments[1], arguments[2], points);
            return 0;
        }
    }
    fprintf(stderr, "usage: %s kill|reuse|pause SCENARIO [FIRST STEP LIMIT]\n", arguments[0]);
    return 2;
#else
    (void)count;
    (void)arguments;
    printf("skipped: only on Linux x86-64\n");
    return SKIPPED;
#endif
}
