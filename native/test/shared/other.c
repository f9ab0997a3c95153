/* other.c: a region for a test, and other processes in it. */
#include "other.h"

#include <signal.h>

static char path[64];
static pid_t parent;
static struct pawl_shared_region region;

static void remove_at_exit(void)
{
    if (getpid() == parent) {
        unlink(path);
    }
}

struct pawl_shared_region *new_region(void)
{
    parent = getpid();
    snprintf(path, sizeof path, "/tmp/pawl-region-%d", (int)parent);
    unlink(path);
    atexit(remove_at_exit);
    CHECK_EQ(pawl_shared_create(&region, path, 65536, "test"), 0);
    return &region;
}

const char *region_path(void)
{
    return path;
}

pid_t start_other(void (*body)(struct pawl_shared_region *region))
{
    int ends[2];
    CHECK_EQ(pipe(ends), 0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        static struct pawl_shared_region mine;
        alarm(100);
        CHECK_EQ(pawl_shared_attach(&mine, path, "other"), 0);
        body(&mine);
        CHECK_EQ(write(ends[1], "", 1), 1);
        for (;;) {
            pause();
        }
    }
    close(ends[1]);
    char ready;
    CHECK_EQ(read(ends[0], &ready, 1), 1);
    close(ends[0]);
    return child;
}

void kill_other(pid_t child)
{
    int status;
    CHECK_EQ(kill(child, SIGKILL), 0);
    CHECK_EQ(waitpid(child, &status, 0), child);
}
