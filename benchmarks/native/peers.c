/*
 * The work of some of the JMH benchmarks on the locks of pthread.
 *
 *   peers WARMUPS SAMPLES MILLIS lock                               as P1Uncontended
 *   peers WARMUPS SAMPLES MILLIS read THREADS PERIOD                as P3ReadLock, and as ReadWriteMix if
 *                                                                   one in PERIOD is a write (0: none)
 *   peers WARMUPS SAMPLES MILLIS contended THREADS SECTION OUTSIDE  as P5Contended; both lengths in steps
 *   peers WARMUPS SAMPLES MILLIS pingpong free|apart                as P6PingPong
 *   peers WARMUPS SAMPLES MILLIS notify WAITERS                     as P8NotifyAll
 *
 * Prints one line of JSON for each sample, which takes MILLIS. "value" is nanoseconds per operation of
 * one thread, but for contended: there it is sections of all threads per millisecond, and "slowest" and
 * "fastest" are those of one thread. Fails if a count is not what it must be.
 *
 * There is always a second thread, as in a JVM: glibc leaves out the atomic operations of a process of
 * one thread.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_THREADS = 256, BATCH = 16, ROUNDS = 200 };

static int64_t millis;
static const char *arguments;

static void fail(const char *what)
{
	fprintf(stderr, "%s: %s\n", arguments, what);
	exit(1);
}

static int64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

/* Work.steps */
static inline uint64_t work(uint64_t x, int steps)
{
	for (int i = 0; i < steps; i++)
		x = (x ^ (x >> 29)) * UINT64_C(0xBF58476D1CE4E5B9);
	return x;
}

static void print(double value)
{
	printf("{\"peer\":\"pthread\",\"arguments\":\"%s\",\"value\":%.3f}\n", arguments, value);
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

/* Returns how long it took. */
static int64_t slice(int threads, void *(*body)(void *))
{
	int64_t start = now();
	atomic_store(&started, false);
	atomic_store(&ended, false);
	for (int i = 0; i < threads; i++)
		if (pthread_create(&workers[i].thread, NULL, body, &workers[i]) != 0)
			fail("no thread");
	atomic_store(&started, true);
	struct timespec time = {millis / 1000, millis % 1000 * 1000000};
	nanosleep(&time, NULL);
	atomic_store(&ended, true);
	for (int i = 0; i < threads; i++)
		pthread_join(workers[i].thread, NULL);
	return now() - start;
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

static void lock_case(bool counts)
{
	uint64_t before = guarded.sections;
	slice(1, lock_worker);
	if (guarded.sections != before + (uint64_t)total(1))
		fail("the lock has not excluded");
	if (counts)
		print(nanos_per_operation(1));
}

static void read_case(bool counts, int threads)
{
	uint64_t expected = shared.value;
	slice(threads, read_worker);
	for (int i = 0; i < threads; i++) {
		expected += (uint64_t)workers[i].writes;
		if (period == 0 && workers[i].sum != 42 * (uint64_t)workers[i].count)
			fail("a reader has read another value");
	}
	if (shared.value != expected)
		fail("the write lock has not excluded");
	if (counts)
		print(nanos_per_operation(threads));
}

static void contended_case(bool counts, int threads)
{
	uint64_t before = guarded.sections;
	double elapsed = (double)slice(threads, contended_worker) / 1e6;
	int64_t slowest = INT64_MAX, fastest = 0;
	for (int i = 0; i < threads; i++) {
		slowest = workers[i].count < slowest ? workers[i].count : slowest;
		fastest = workers[i].count > fastest ? workers[i].count : fastest;
	}
	if (guarded.sections != before + (uint64_t)total(threads))
		fail("the lock has not excluded");
	if (counts)
		printf("{\"peer\":\"pthread\",\"arguments\":\"%s\",\"value\":%.3f,\"slowest\":%.3f,\"fastest\":%.3f}\n",
		       arguments, (double)total(threads) / elapsed, (double)slowest / elapsed,
		       (double)fastest / elapsed);
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
	static cpu_set_t allowed;
	if (index == 0 && sched_getaffinity(0, sizeof allowed, &allowed) != 0)
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

static void pingpong(int warmups, int samples)
{
	pin(0);
	pthread_t thread;
	if (pthread_create(&thread, NULL, partner, NULL) != 0)
		fail("no thread");
	int64_t all = 0;
	for (int sample = -warmups; sample < samples; sample++) {
		int64_t rounds = 0;
		int64_t start = now();
		do {
			for (int i = 0; i < ROUNDS; i++)
				round_trip();
			rounds += ROUNDS;
		} while (now() - start < millis * 1000000);
		if (sample >= 0)
			print((double)(now() - start) / (double)rounds);
		all += rounds;
	}
	stop();
	pthread_join(thread, NULL);
	if (monitor.passes != all || monitor.partners_passes != all)
		fail("a turn was not passed once");
}

/* What LockSupport is to P8NotifyAll: how the last waiter to run tells the notifier. */
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

static void notify(int warmups, int samples, int waiters)
{
	monitor.running = waiters;
	for (int i = 0; i < waiters; i++)
		if (pthread_create(&workers[i].thread, NULL, waiter, NULL) != 0)
			fail("no thread");
	await_all();
	int64_t all = 1;
	for (int sample = -warmups; sample < samples; sample++) {
		int64_t count = 0;
		int64_t start = now();
		do {
			notify_all(waiters);
			count++;
		} while (now() - start < millis * 1000000);
		if (sample >= 0)
			print((double)(now() - start) / (double)count);
		all += count;
	}
	stop();
	for (int i = 0; i < waiters; i++)
		pthread_join(workers[i].thread, NULL);
	if (monitor.runs != all * waiters)
		fail("a waiter has not run each time");
}

static char *join(int count, char **words)
{
	static char text[256];
	for (int i = 0; i < count; i++) {
		strncat(text, i == 0 ? "" : " ", sizeof text - strlen(text) - 1);
		strncat(text, words[i], sizeof text - strlen(text) - 1);
	}
	return text;
}

int main(int argc, char **argv)
{
	arguments = join(argc - 1, argv + 1);
	if (argc < 5)
		fail("see the comment in the source");
	int warmups = atoi(argv[1]);
	int samples = atoi(argv[2]);
	millis = atoi(argv[3]);
	const char *name = argv[4];
	int count = argc > 5 ? atoi(argv[5]) : 0;
	if (count > MAX_THREADS)
		fail("too many threads");
	if (strcmp(name, "lock") == 0 && argc == 5) {
		for (int sample = -warmups; sample < samples; sample++)
			lock_case(sample >= 0);
	} else if (strcmp(name, "read") == 0 && argc == 7) {
		period = atoi(argv[6]);
		for (int sample = -warmups; sample < samples; sample++)
			read_case(sample >= 0, count);
	} else if (strcmp(name, "contended") == 0 && argc == 8) {
		section_steps = atoi(argv[6]);
		outside_steps = atoi(argv[7]);
		for (int sample = -warmups; sample < samples; sample++)
			contended_case(sample >= 0, count);
	} else if (strcmp(name, "pingpong") == 0 && argc == 6) {
		apart = strcmp(argv[5], "apart") == 0;
		pingpong(warmups, samples);
	} else if (strcmp(name, "notify") == 0 && argc == 6) {
		notify(warmups, samples, count);
	} else {
		fail("see the comment in the source");
	}
	return 0;
}
