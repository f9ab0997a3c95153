/*
 * As peers.c, with the mutex of Boost.Interprocess in memory that processes share. Obeys one command:
 *
 *   MILLIS SEED lock   one thread that locks and unlocks
 *
 * There is always a second thread, as in a JVM: glibc leaves out the atomic operations of a process of
 * one thread.
 */
#if !__has_include(<boost/interprocess/sync/interprocess_mutex.hpp>)
#error "Boost.Interprocess is not installed (Debian: libboost-dev)"
#endif
#include <boost/interprocess/anonymous_shared_memory.hpp>
#include <boost/interprocess/mapped_region.hpp>
#include <boost/interprocess/sync/interprocess_mutex.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <new>
#include <string>
#include <thread>

namespace {

using Clock = std::chrono::steady_clock;

struct Guarded {
	boost::interprocess::interprocess_mutex mutex;
	std::uint64_t sections = 0;
	std::uint64_t value = 1;
};

std::atomic<bool> ended;

void fail(const char *what)
{
	std::fprintf(stderr, "%s\n", what);
	std::exit(1);
}

double nanos(Clock::duration time)
{
	return static_cast<double>(std::chrono::duration_cast<std::chrono::nanoseconds>(time).count());
}

void lock_case(Guarded &guarded, std::int64_t millis)
{
	const std::uint64_t before = guarded.sections;
	std::uint64_t count = 0;
	Clock::duration took{};
	ended = false;
	const std::clock_t cpu = std::clock();
	const auto began = Clock::now();
	std::thread worker([&] {
		const auto start = Clock::now();
		do {
			guarded.mutex.lock();
			guarded.sections++;
			guarded.value ^= guarded.value >> 29;
			guarded.mutex.unlock();
			count++;
		} while (!ended.load(std::memory_order_relaxed));
		took = Clock::now() - start;
	});
	std::this_thread::sleep_for(std::chrono::milliseconds(millis));
	ended = true;
	worker.join();
	const double cpu_nanos = static_cast<double>(std::clock() - cpu) * 1e9 / CLOCKS_PER_SEC;
	if (guarded.sections != before + count)
		fail("the lock has not excluded");
	std::printf("{\"ns\":%.6g,\"cpus\":%.4g}\n", nanos(took) / static_cast<double>(count),
	            cpu_nanos / nanos(Clock::now() - began));
}

} // namespace

int main()
{
	boost::interprocess::mapped_region memory(boost::interprocess::anonymous_shared_memory(4096));
	Guarded &guarded = *new (memory.get_address()) Guarded;
	char command[256];
	std::puts("ready");
	std::fflush(stdout);
	while (std::fgets(command, sizeof command, stdin) != nullptr) {
		long millis = 0;
		char name[16] = "";
		if (std::sscanf(command, "%ld %*s %15s", &millis, name) != 2 || std::string(name) != "lock")
			fail("not a command");
		lock_case(guarded, millis);
		std::fflush(stdout);
	}
	return 0;
}
