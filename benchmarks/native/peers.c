/*
 * The work of the benchmarks on the locks of pthread. Obeys commands as Worker.java does: each line of
 * standard input is a turn, and one line of JSON is the answer.
 *
 *   MILLIS SEED lock                               one thread that locks and unlocks
 *   MILLIS SEED read THREADS PERIOD                read locks, of which one in PERIOD is a write (0: none)
 *   MILLIS SEED closed THREADS SECTION OUTSIDE     threads that fight; both lengths in steps
 *   MILLIS SEED pingpong free|apart                two threads that pass a turn to and fro
 *   MILLIS SEED notify WAITERS                     waiters of one condition, notified at once
 *   MILLIS SEED words free|apart                   two threads that pass a turn through futexes (Linux)
 *   MILLIS SEED wake                               a wake of a futex for which nobody waits (Linux)
 *
 * "ns" is nanoseconds per operation of one thread. The fields of closed are those of Closed.java. Fails if
 * a count is not what it must be.
 *
 * There is always a second thread, as in a JVM: glibc leaves out the atomic operations of a process of
 * one thread.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef __linux__
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

enum { MAX_THREADS = 256, BATCH = 16, ROUNDS = 200 };

static int64_t millis;
static char command[256];

static void fail(const char *what)
{
	fprintf(stderr, "%s: %s\n", command, what);
	exit(1);
}

static int64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

/* Of all threads of this process. */
static int64_t cpu_now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

/* Work.steps */
static inline uint64_t work(uint64_t x, int steps)
{
	for (int i = 0; i < steps; i++)
		x = (x ^ (x >> 29)) * UINT64_C(0xBF58476D1CE4E5B9);
	return x;
}

/* The answer, of which elapsed and CPU time are nanoseconds. */
static void print(double value, int64_t elapsed, int64_t cpu)
{
	printf("{\"ns\":%.6g,\"cpus\":%.4g}\n", value, (double)cpu / (double)elapsed);
}

/* ---- threads that work for a slice of time: lock, read, contended ---- */

static atomic_bool started;
static atomic_bool ended;
static _Atomic uint64_t sink;

struct worker {
	pthread_t thread;
	int64_t count;
	int64_t nanos;
	int64_t writes;
	uint64_t sum;
	char padding[128];
};

static struct worker workers[MAX_THREADS];

static int section_steps;
static int outside_steps;
static int period;

static struct {
	pthread_mutex_t mutex;
	uint64_t sections;
	uint64_t value;
} guarded = {PTHREAD_MUTEX_INITIALIZER, 0, 1};

static struct {
	pthread_rwlock_t lock;
	uint64_t value;
} shared = {PTHREAD_RWLOCK_INITIALIZER, 42};

static bool has_ended(void)
{
	return atomic_load_explicit(&ended, memory_order_relaxed);
}

static void await_start(void)
{
	while (!atomic_load_explicit(&started, memory_order_acquire))
		;
}

static inline void run_section(int steps)
{
	pthread_mutex_lock(&guarded.mutex);
	guarded.sections++;
	guarded.value = work(guarded.value, steps);
	pthread_mutex_unlock(&guarded.mutex);
}

static void *lock_worker(void *argument)
{
	struct worker *self = argument;
	await_start();
	int64_t count = 0;
	int64_t start = now();
	do {
		run_section(0);
		count++;
	} while (!has_ended());
	self->nanos = now() - start;
	self->count = count;
	return NULL;
}

static void *read_worker(void *argument)
{
	struct worker *self = argument;
	await_start();
	int64_t count = 0, writes = 0;
	uint64_t sum = 0;
	int64_t until_write = period;
	int64_t start = now();
	do {
		count++;
		if (--until_write == 0) {
			until_write = period;
			writes++;
			pthread_rwlock_wrlock(&shared.lock);
			shared.value++;
			pthread_rwlock_unlock(&shared.lock);
		} else {
			pthread_rwlock_rdlock(&shared.lock);
			sum += shared.value;
			pthread_rwlock_unlock(&shared.lock);
		}
	} while (!has_ended());
	self->nanos = now() - start;
	self->count = count;
	self->writes = writes;
	self->sum = sum;
	return NULL;
}

static void *contended_worker(void *argument)
{
	struct worker *self = argument;
	await_start();
	int64_t count = 0;
	uint64_t x = 1;
	while (!has_ended()) {
		for (int i = 0; i < BATCH; i++) {
			run_section(section_steps);
			x = work(x, outside_steps);
		}
		count += BATCH;
	}
	self->count = count;
	atomic_store(&sink, x);
	return NULL;
}

/* How long a slice took until it was ended, and the CPU time of all of it. */
struct took {
	int64_t elapsed;
	int64_t cpu;
};

static struct took slice(int threads, void *(*body)(void *))
{
	atomic_store(&started, false);
	atomic_store(&ended, false);
	for (int i = 0; i < threads; i++)
		if (pthread_create(&workers[i].thread, NULL, body, &workers[i]) != 0)
			fail("no thread");
	int64_t cpu = cpu_now();
	int64_t start = now();
	atomic_store(&started, true);
	struct timespec time = {millis / 1000, millis % 1000 * 1000000};
	nanosleep(&time, NULL);
	atomic_store(&ended, true);
	int64_t elapsed = now() - start;
	for (int i = 0; i < threads; i++)
		pthread_join(workers[i].thread, NULL);
	return (struct took){elapsed, cpu_now() - cpu};
}

static int64_t total(int threads)
{
	int64_t count = 0;
	for (int i = 0; i < threads; i++)
		count += workers[i].count;
	return count;
}

static double nanos_per_operation(int threads)
{
	int64_t nanos = 0;
	for (int i = 0; i < threads; i++)
		nanos += workers[i].nanos;
	return (double)nanos / (double)total(threads);
}

static void lock_case(void)
{
	uint64_t before = guarded.sections;
	struct took took = slice(1, lock_worker);
	if (guarded.sections != before + (uint64_t)total(1))
		fail("the lock has not excluded");
	print(nanos_per_operation(1), took.elapsed, took.cpu);
}

static void read_case(int threads)
{
	uint64_t before = shared.value, expected = before;
	struct took took = slice(threads, read_worker);
	for (int i = 0; i < threads; i++) {
		expected += (uint64_t)workers[i].writes;
		if (period == 0 && workers[i].sum != before * (uint64_t)workers[i].count)
			fail("a reader has read another value");
	}
	if (shared.value != expected)
		fail("the write lock has not excluded");
	print(nanos_per_operation(threads), took.elapsed, took.cpu);
}

static void closed_case(int threads)
{
	uint64_t before = guarded.sections;
	struct took took = slice(threads, contended_worker);
	int64_t slowest = INT64_MAX, fastest = 0;
	for (int i = 0; i < threads; i++) {
		slowest = workers[i].count < slowest ? workers[i].count : slowest;
		fastest = workers[i].count > fastest ? workers[i].count : fastest;
	}
	double sections = (double)total(threads);
	if (guarded.sections != before + (uint64_t)total(threads))
		fail("the lock has not excluded");
	double per_milli = 1e6 / (double)took.elapsed;
	printf("{\"rate\":%.6g,\"slowest\":%.6g,\"fastest\":%.6g,\"fairness\":%.6g,\"cpuNanos\":%.6g,\"cpus\":%.4g}\n",
	       sections * per_milli, (double)slowest * per_milli, (double)fastest * per_milli,
	       (double)(slowest > 0 ? slowest : 1) / (double)fastest, (double)took.cpu / sections,
	       (double)took.cpu / (double)took.elapsed);
}

/* ---- a monitor: pingpong, notify ---- */

static struct {
	pthread_mutex_t mutex;
	pthread_cond_t condition;
	bool stopped;
	bool partners_turn;
	int64_t passes;
	int64_t partners_passes;
	int64_t generation;
	int running;
	int64_t runs;
} monitor = {.mutex = PTHREAD_MUTEX_INITIALIZER, .condition = PTHREAD_COND_INITIALIZER};

static bool apart;

/* Pins the calling thread to the allowed CPU with the given index, if threads are to be apart. */
static void pin(int index)
{
	if (!apart)
		return;
#ifdef __linux__
	static cpu_set_t allowed; /* before anything was pinned, which is done by the first thread first */
	if (CPU_COUNT(&allowed) == 0 && sched_getaffinity(0, sizeof allowed, &allowed) != 0)
		fail("the CPUs are unknown");
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &allowed) || index-- != 0)
			continue;
		cpu_set_t one;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		if (sched_setaffinity(0, sizeof one, &one) == 0)
			return;
	}
#endif
	(void)index;
	fail("the thread cannot be pinned");
}

static void *partner(void *argument)
{
	pin(1);
	pthread_mutex_lock(&monitor.mutex);
	while (!monitor.stopped) {
		if (monitor.partners_turn) {
			monitor.partners_turn = false;
			monitor.partners_passes++;
			pthread_cond_signal(&monitor.condition);
		} else {
			pthread_cond_wait(&monitor.condition, &monitor.mutex);
		}
	}
	pthread_mutex_unlock(&monitor.mutex);
	return argument;
}

static void round_trip(void)
{
	pthread_mutex_lock(&monitor.mutex);
	monitor.partners_turn = true;
	monitor.passes++;
	pthread_cond_signal(&monitor.condition);
	while (monitor.partners_turn)
		pthread_cond_wait(&monitor.condition, &monitor.mutex);
	pthread_mutex_unlock(&monitor.mutex);
}

static void stop(void)
{
	pthread_mutex_lock(&monitor.mutex);
	monitor.stopped = true;
	monitor.generation++;
	pthread_cond_broadcast(&monitor.condition);
	pthread_mutex_unlock(&monitor.mutex);
}

static void pingpong(void)
{
	pin(0);
	monitor.stopped = false;
	monitor.passes = monitor.partners_passes = 0;
	pthread_t thread;
	if (pthread_create(&thread, NULL, partner, NULL) != 0)
		fail("no thread");
	int64_t rounds = 0, cpu = cpu_now(), start = now(), elapsed;
	do {
		for (int i = 0; i < ROUNDS; i++)
			round_trip();
		rounds += ROUNDS;
		elapsed = now() - start;
	} while (elapsed < millis * 1000000);
	cpu = cpu_now() - cpu;
	stop();
	pthread_join(thread, NULL);
	if (monitor.passes != rounds || monitor.partners_passes != rounds)
		fail("a turn was not passed once");
	print((double)elapsed / (double)rounds, elapsed, cpu);
}

/* What LockSupport is to NotifyAll.java: how the last waiter to run tells the notifier. */
static struct {
	pthread_mutex_t mutex;
	pthread_cond_t condition;
	bool told;
} all_have_run = {.mutex = PTHREAD_MUTEX_INITIALIZER, .condition = PTHREAD_COND_INITIALIZER};

static void tell(void)
{
	pthread_mutex_lock(&all_have_run.mutex);
	all_have_run.told = true;
	pthread_cond_signal(&all_have_run.condition);
	pthread_mutex_unlock(&all_have_run.mutex);
}

static void await_all(void)
{
	pthread_mutex_lock(&all_have_run.mutex);
	while (!all_have_run.told)
		pthread_cond_wait(&all_have_run.condition, &all_have_run.mutex);
	all_have_run.told = false;
	pthread_mutex_unlock(&all_have_run.mutex);
}

static void *waiter(void *argument)
{
	pthread_mutex_lock(&monitor.mutex);
	while (!monitor.stopped) {
		int64_t seen = monitor.generation;
		if (--monitor.running == 0)
			tell();
		while (monitor.generation == seen)
			pthread_cond_wait(&monitor.condition, &monitor.mutex);
		monitor.runs++;
	}
	pthread_mutex_unlock(&monitor.mutex);
	return argument;
}

static void notify_all(int waiters)
{
	pthread_mutex_lock(&monitor.mutex);
	monitor.running = waiters;
	monitor.generation++;
	pthread_cond_broadcast(&monitor.condition);
	pthread_mutex_unlock(&monitor.mutex);
	await_all();
}

static void notify(int waiters)
{
	monitor.stopped = false;
	monitor.runs = 0;
	monitor.running = waiters;
	for (int i = 0; i < waiters; i++)
		if (pthread_create(&workers[i].thread, NULL, waiter, NULL) != 0)
			fail("no thread");
	await_all();
	int64_t count = 0, cpu = cpu_now(), start = now(), elapsed;
	do {
		notify_all(waiters);
		count++;
		elapsed = now() - start;
	} while (elapsed < millis * 1000000);
	cpu = cpu_now() - cpu;
	stop();
	for (int i = 0; i < waiters; i++)
		pthread_join(workers[i].thread, NULL);
	if (monitor.runs != (count + 1) * waiters)
		fail("a waiter has not run each time");
	print((double)elapsed / (double)count, elapsed, cpu);
}

/* ---- futexes: words, wake ---- */

#ifdef __linux__

#define STOP UINT32_MAX

static struct {
	_Alignas(128) _Atomic uint32_t there;
	_Alignas(128) _Atomic uint32_t back;
} words;

static long futex(_Atomic uint32_t *word, int operation, uint32_t value)
{
	return syscall(SYS_futex, word, operation | FUTEX_PRIVATE_FLAG, value, NULL, NULL, 0);
}

static void pass_word(_Atomic uint32_t *word, uint32_t value)
{
	atomic_store_explicit(word, value, memory_order_release);
	futex(word, FUTEX_WAKE, 1);
}

static uint32_t next_value(_Atomic uint32_t *word, uint32_t old)
{
	uint32_t value;
	while ((value = atomic_load_explicit(word, memory_order_acquire)) == old)
		futex(word, FUTEX_WAIT, old);
	return value;
}

static void *answer(void *argument)
{
	pin(1);
	uint32_t passes = 0;
	while (next_value(&words.there, passes) != STOP)
		pass_word(&words.back, ++passes);
	return argument;
}

static void words_case(void)
{
	pthread_t partner;
	words.there = 0;
	words.back = 0;
	pin(0);
	if (pthread_create(&partner, NULL, answer, NULL) != 0)
		fail("no thread");
	uint32_t passes = 0;
	int64_t cpu = cpu_now(), start = now(), elapsed;
	do {
		for (int i = 0; i < ROUNDS; i++) {
			passes++;
			pass_word(&words.there, passes);
			next_value(&words.back, passes - 1);
		}
		elapsed = now() - start;
	} while (elapsed < millis * 1000000);
	cpu = cpu_now() - cpu;
	pass_word(&words.there, STOP);
	pthread_join(partner, NULL);
	if (words.back != passes)
		fail("an answer is missing");
	print((double)elapsed / passes, elapsed, cpu);
}

static void wake_case(void)
{
	int64_t count = 0, cpu = cpu_now(), start = now(), elapsed;
	do {
		for (int i = 0; i < ROUNDS; i++)
			if (futex(&words.there, FUTEX_WAKE, 1) != 0)
				fail("somebody was woken");
		count += ROUNDS;
		elapsed = now() - start;
	} while (elapsed < millis * 1000000);
	cpu = cpu_now() - cpu;
	print((double)elapsed / (double)count, elapsed, cpu);
}

#endif

/* One turn. */
static void obey(void)
{
	char name[16] = "", word[16] = "";
	int numbers[3] = {0, 0, 0};
	if (sscanf(command, "%" SCNd64 " %*s %15s %15s %d %d", &millis, name, word, &numbers[1], &numbers[2]) < 2)
		fail("not a command");
	numbers[0] = atoi(word);
	if (numbers[0] > MAX_THREADS)
		fail("too many threads");
	if (strcmp(name, "lock") == 0) {
		lock_case();
	} else if (strcmp(name, "read") == 0) {
		period = numbers[1];
		read_case(numbers[0]);
	} else if (strcmp(name, "closed") == 0) {
		section_steps = numbers[1];
		outside_steps = numbers[2];
		closed_case(numbers[0]);
	} else if (strcmp(name, "pingpong") == 0) {
		apart = strcmp(word, "apart") == 0;
		pingpong();
	} else if (strcmp(name, "notify") == 0) {
		notify(numbers[0]);
#ifdef __linux__
	} else if (strcmp(name, "words") == 0) {
		apart = strcmp(word, "apart") == 0;
		words_case();
	} else if (strcmp(name, "wake") == 0) {
		wake_case();
#endif
	} else {
		fail("no such command");
	}
}

/*
 * With ROBUST, the mutex is one for several processes that survives the death of its owner; with PI, one
 * that lends its owner the priority of those who wait.
 */
static void make_mutex(void)
{
#ifdef ROBUST
	pthread_mutexattr_t attributes;
	if (pthread_mutexattr_init(&attributes) != 0
	    || pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED) != 0
	    || pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST) != 0
	    || pthread_mutex_init(&guarded.mutex, &attributes) != 0)
		fail("no robust mutex");
#elif defined(PI)
	pthread_mutexattr_t attributes;
	if (pthread_mutexattr_init(&attributes) != 0
	    || pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT) != 0
	    || pthread_mutex_init(&guarded.mutex, &attributes) != 0)
		fail("no mutex that lends priority");
#endif
}

int main(void)
{
	make_mutex();
	puts("ready");
	fflush(stdout);
	while (fgets(command, sizeof command, stdin) != NULL) {
		command[strcspn(command, "\r\n")] = '\0';
		obey();
		fflush(stdout);
	}
	return 0;
}
