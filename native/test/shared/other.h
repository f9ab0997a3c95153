/* other.h: what the tests of pawl_shared.h have in common: a region, and other processes in it. */
#ifndef PAWL_TEST_OTHER_H
#define PAWL_TEST_OTHER_H

#include "../check.h"
#include "pawl_shared.h"

#include <sys/wait.h>

/* A new region that is removed at the end, attached to this process. */
struct pawl_shared_region *new_region(void);

/* The path of the region. */
const char *region_path(void);

/* A child that has attached and has done what body says, and then waits to be killed. */
pid_t start_other(void (*body)(struct pawl_shared_region *region));

/* Kills a child and waits until it is gone. */
void kill_other(pid_t child);

#endif
