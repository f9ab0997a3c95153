/* kill.h: what the scenarios of kill.c have in common: a region, who is in it, and verdicts. */
#ifndef PAWL_TEST_KILL_H
#define PAWL_TEST_KILL_H

#if !defined(_GNU_SOURCE)
#  define _GNU_SOURCE
#endif
#include "pawl_shared.h"

#include <sys/types.h>

/* What a lock guards: the two are alike, unless somebody is changing them or has died over it. */
struct data {
    uint64_t begun;
    uint64_t done;
};

/* A scenario: what comes before, what the victim does, and what others do beside it and after it. */
struct scenario {
    const char *name;
    void (*find)(void);    /* finds what the scenario is about, and the mutex in it; NULL: the mutex */
    void (*prepare)(void);
    void (*victim)(void);
    void (*blocked)(void); /* the victim has come to sleep */
    void (*check)(void);   /* what is to hold after it was killed */
    void (*turn)(void);    /* what each of the others does once; NULL: takes the mutex */
    void (*end)(void);     /* what is to hold when all have had their turn; NULL: of the mutex */
    int others_when_owned; /* whether others come when the victim owns the mutex */
};

extern const struct scenario region_scenarios[];
extern const struct scenario lock_scenarios[];

extern const struct scenario *scenario; /* the one that is played */
extern int limit;                        /* in seconds, after which somebody is stuck */
extern int started;                      /* how many others have come */
extern struct pawl_shared_region region; /* of the parent, or of a child that attached anew */
extern struct pawl_shared_mutex mutex;   /* that of the lock which the scenario is about */
extern struct data *data;
extern char path[64];
extern char new_path[80];

void fail(const char *what);
void require(int condition, const char *what);
void nothing(void);

/* Attaches, and finds what the scenario is about. */
void attach(const char *label);

void change(void);
void check_whole(void);

/* What each who is left does once: with the mutex, and in this scenario. */
void take_once(void);
void take_turn(void);

/*
 * What the harness needs and this kernel, or who restricts it, does not do; NULL if all is there.
 * A kernel that does not answer counts as one that does not, after a few seconds.
 */
const char *what_is_missing(void);

/* A child that does not outlive its parent. */
pid_t fork_child(void);

/* A child that attaches and does what body says; it counts as stuck if that takes too long. */
pid_t spawn(void (*body)(void));

void join(pid_t child);

/* Whether a process sleeps on a futex, or has ended. */
int is_asleep(pid_t process);

/* Two others that come for their turn and sleep if they have to. */
void start_others(void);
void join_others(void);

/* One that is attached all the time, and comes for its turn when it is joined. */
pid_t start_early(void);
void join_early(pid_t child);

/* The parent holds the mutex, and lets it go. */
void hold(void);
void release(void);

/* Another comes to sleep behind the victim, the parent unlocks and overtakes both. */
void overtake(void);

#endif
