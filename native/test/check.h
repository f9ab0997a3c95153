/*
 * check.h: what the tests of the shim are written with.
 *
 * A test is a function TEST(name) that returns when it has passed. The build collects the names
 * from the sources and runs each as a process of its own: "pawl_test name". CHECK ends the process
 * with a message, SKIP ends it with a status that CTest reports as skipped. Nothing waits for time
 * to pass in order to be in step with another thread.
 */
#ifndef PAWL_CHECK_H
#define PAWL_CHECK_H

#include "pawl.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define TEST(name) void test_##name(void)

#define SKIPPED 77

#define CHECK(condition)                                                               \
    do {                                                                               \
        if (!(condition)) {                                                            \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);            \
            exit(1);                                                                   \
        }                                                                              \
    } while (0)

#define CHECK_EQ(actual, expected)                                                     \
    do {                                                                               \
        long long check_actual = (actual);                                             \
        long long check_expected = (expected);                                         \
        if (check_actual != check_expected) {                                          \
            fprintf(stderr, "%s:%d: %s is %lld, not %s\n", __FILE__, __LINE__, #actual, \
                    check_actual, #expected);                                          \
            exit(1);                                                                   \
        }                                                                              \
    } while (0)

#define SKIP(reason)                         \
    do {                                     \
        printf("skipped: %s\n", (reason));   \
        exit(SKIPPED);                       \
    } while (0)

/* An aligned word, and an address as the shim takes it. */
typedef volatile int32_t word_t;

#define ADDRESS(pointer) ((int64_t)(intptr_t)(pointer))

/* The word's value, and a change of it, sequentially consistent. */
int32_t load(word_t *word);
void store(word_t *word, int32_t value);
int32_t add(word_t *word, int32_t value);

/* System.nanoTime()'s clock, read without the shim. */
int64_t nano_time(void);

#define MILLIS INT64_C(1000000)

/* A thread that runs body(argument). */
typedef struct task task_t;
task_t *start(void (*body)(void *), void *argument);
void join(task_t *task);
void yield_thread(void);

/* Threads that wait on one word while it is 0, until the deadline; results are added up. */
struct waiters {
    word_t *word;
    int32_t flags;
    int32_t count;
    task_t *tasks[8];
    word_t woken;    /* returned 0 */
    word_t returned; /* returned at all */
};
void start_waiters(struct waiters *waiters, word_t *word, int32_t count, int32_t flags);
void join_waiters(struct waiters *waiters);

/* Moves exactly count waiters from one word to another, so that all of them are known to wait. */
void gather(word_t *from, word_t *to, int32_t count, int32_t flags);

/*
 * Runs a scenario again and again until it returns 0: how many of its waiters have strayed. The
 * kernel may wake a thread for no reason, and has it compare and wait at the word that it has named
 * again, wherever it has been moved.
 */
void until_none_strays(int32_t (*scenario)(void));

#endif
