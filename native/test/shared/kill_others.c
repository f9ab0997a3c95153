/* kill_others.c: those who are not killed: the parent, and others who come before and after. */
#include "kill.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define BROKEN 3

int limit = 100;
int started;
const struct scenario *scenario;
struct pawl_shared_region region;
struct pawl_shared_mutex mutex;
struct data *data;
char path[64];
char new_path[80];

static pid_t others[2];
static int parent_holds;

void fail(const char *what)
{
    fprintf(stderr, "broken: %s\n", what);
    exit(BROKEN);
}

void require(int condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "%s\n", what);
        exit(1);
    }
}

void attach(const char *label)
{
    void *place;
    uint32_t size;
    require(pawl_shared_attach(&region, path, label) == 0, "cannot attach");
    require(pawl_shared_mutex_find(&mutex, &region, "lock") == 0, "no lock");
    require(pawl_shared_data_find(&place, &size, &region, "data") == 0, "no data");
    data = place;
    if (scenario->find != NULL) {
        scenario->find();
    }
}

void change(void)
{
    volatile struct data *d = data;
    d->begun++;
    d->done++;
}

void check_whole(void)
{
    volatile struct data *d = data;
    if (d->begun != d->done) {
        fail("half-changed data, and nobody was told");
    }
}

static void repair(void)
{
    if (pawl_shared_mutex_lock_forced(&mutex, PAWL_FOREVER) != 0) {
        fail("a forced lock is refused");
    }
    data->done = data->begun;
    pawl_shared_mutex_clear_poison(&mutex);
}

void take_once(void)
{
    int32_t result = pawl_shared_mutex_lock(&mutex, PAWL_FOREVER);
    if (result == PAWL_OWNER_DIED) {
        repair();
    } else if (result != 0) {
        fail("a lock is refused");
    }
    check_whole();
    change();
    if (pawl_shared_mutex_unlock(&mutex) != 0) {
        fail("an owner does not own");
    }
}

pid_t fork_child(void)
{
    pid_t child = fork();
    require(child >= 0, "cannot fork");
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    }
    return child;
}

pid_t spawn(void (*body)(void))
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

void join(pid_t child)
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

int is_asleep(pid_t process)
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

void take_turn(void)
{
    (scenario->turn != NULL ? scenario->turn : take_once)();
}

void start_others(void)
{
    for (; started < 2; started++) {
        others[started] = spawn(take_turn);
        await_sleep(others[started]);
    }
}

static void stop_and_take_turn(void)
{
    raise(SIGSTOP);
    alarm((unsigned)limit);
    take_turn();
}

pid_t start_early(void)
{
    int status;
    pid_t child = spawn(stop_and_take_turn);
    require(waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status), "no early one");
    return child;
}

void join_early(pid_t child)
{
    kill(child, SIGCONT);
    join(child);
}

void release(void)
{
    if (parent_holds) {
        parent_holds = 0;
        require(pawl_shared_mutex_unlock(&mutex) == 0, "the parent does not own");
    }
}

void nothing(void)
{
}

void hold(void)
{
    parent_holds = 1;
    require(pawl_shared_mutex_lock(&mutex, PAWL_FOREVER) == 0, "the parent cannot lock");
}

void overtake(void)
{
    if (started == 0) {
        start_others();
        release();
        parent_holds = pawl_shared_mutex_trylock(&mutex) == 0;
    } else {
        release();
    }
}

void join_others(void)
{
    for (int i = 0; i < started; i++) {
        join(others[i]);
    }
}
