/* support.c: threads, a clock and atomic words for the tests, on each platform. */
#include "check.h"

struct task {
    void (*body)(void *);
    void *argument;
    void *handle;
};

#if defined(_WIN32)

#  define WIN32_LEAN_AND_MEAN
#  include <windows.h>

int32_t load(word_t *word)
{
    return InterlockedOr((volatile LONG *)word, 0);
}

void store(word_t *word, int32_t value)
{
    InterlockedExchange((volatile LONG *)word, value);
}

int32_t add(word_t *word, int32_t value)
{
    return InterlockedExchangeAdd((volatile LONG *)word, value) + value;
}

/* The later of HotSpot's two ways to compute it, so that a bound from below is exact. */
int64_t nano_time(void)
{
    LARGE_INTEGER count;
    LARGE_INTEGER frequency;
    QueryPerformanceCounter(&count);
    QueryPerformanceFrequency(&frequency);
    double ticks = (double)count.QuadPart;
    double per_second = (double)frequency.QuadPart;
    int64_t multiplied = (int64_t)(ticks * (1e9 / per_second));
    int64_t divided = (int64_t)((ticks / per_second) * 1e9);
    return multiplied > divided ? multiplied : divided;
}

static DWORD WINAPI run(LPVOID argument)
{
    task_t *task = argument;
    task->body(task->argument);
    return 0;
}

static void *launch(task_t *task)
{
    return CreateThread(NULL, 0, run, task, 0, NULL);
}

static void await(task_t *task)
{
    CHECK_EQ(WaitForSingleObject(task->handle, INFINITE), WAIT_OBJECT_0);
    CloseHandle(task->handle);
}

void yield_thread(void)
{
    SwitchToThread();
}

#else

#  include <pthread.h>
#  include <sched.h>
#  include <time.h>

int32_t load(word_t *word)
{
    return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}

void store(word_t *word, int32_t value)
{
    __atomic_store_n(word, value, __ATOMIC_SEQ_CST);
}

int32_t add(word_t *word, int32_t value)
{
    return __atomic_add_fetch(word, value, __ATOMIC_SEQ_CST);
}

int64_t nano_time(void)
{
#  if defined(__APPLE__)
    return (int64_t)clock_gettime_nsec_np(CLOCK_UPTIME_RAW);
#  else
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
#  endif
}

static void *run(void *argument)
{
    task_t *task = argument;
    task->body(task->argument);
    return NULL;
}

static void *launch(task_t *task)
{
    pthread_t *thread = malloc(sizeof *thread);
    CHECK(thread != NULL);
    CHECK_EQ(pthread_create(thread, NULL, run, task), 0);
    return thread;
}

static void await(task_t *task)
{
    CHECK_EQ(pthread_join(*(pthread_t *)task->handle, NULL), 0);
    free(task->handle);
}

void yield_thread(void)
{
    sched_yield();
}

#endif

task_t *start(void (*body)(void *), void *argument)
{
    task_t *task = malloc(sizeof *task);
    CHECK(task != NULL);
    task->body = body;
    task->argument = argument;
    task->handle = launch(task);
    CHECK(task->handle != NULL);
    return task;
}

void join(task_t *task)
{
    await(task);
    free(task);
}

static void wait_once(void *argument)
{
    struct waiters *waiters = argument;
    int32_t result = pawl_wait(ADDRESS(waiters->word), 0, PAWL_FOREVER, waiters->flags);
    CHECK(result == 0 || result == PAWL_EAGAIN || result == PAWL_EINTR);
    if (result == 0) {
        add(&waiters->woken, 1);
    }
    add(&waiters->returned, 1);
}

void start_waiters(struct waiters *waiters, word_t *word, int32_t count, int32_t flags)
{
    waiters->word = word;
    waiters->flags = flags;
    waiters->count = count;
    waiters->woken = 0;
    waiters->returned = 0;
    for (int32_t i = 0; i < count; i++) {
        waiters->tasks[i] = start(wait_once, waiters);
    }
}

void join_waiters(struct waiters *waiters)
{
    for (int32_t i = 0; i < waiters->count; i++) {
        join(waiters->tasks[i]);
    }
}

void gather(word_t *from, word_t *to, int32_t count, int32_t flags)
{
    for (int32_t moved = 0; moved < count; yield_thread()) {
        int32_t result = pawl_requeue(ADDRESS(from), 0, 0, INT32_MAX, ADDRESS(to), flags);
        CHECK(result >= 0);
        moved += result;
        CHECK(moved <= count);
    }
}

void until_none_strays(int32_t (*scenario)(void))
{
    int32_t attempts = 0;
    while (scenario() != 0) {
        CHECK(++attempts < 100);
    }
}
