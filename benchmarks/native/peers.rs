//! The work of the benchmarks on the locks of Rust's standard library. Commands, answers and checks are those
//! of peers.c.

use std::hint::{black_box, spin_loop};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, RwLock};
use std::thread;
use std::time::{Duration, Instant};

const BATCH: u64 = 16;
const ROUNDS: u64 = 200;
const VALUE: u64 = 42;

/// Work.steps
#[inline(always)]
fn work(mut x: u64, steps: u32) -> u64 {
    for _ in 0..steps {
        x = (x ^ (x >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    }
    x
}

/// The CPU time of all threads of this process in nanoseconds; 0 where nobody tells.
fn cpu_nanos() -> f64 {
    #[cfg(unix)]
    {
        #[cfg(target_os = "macos")]
        const PROCESS: i32 = 12;
        #[cfg(not(target_os = "macos"))]
        const PROCESS: i32 = 2;
        extern "C" {
            fn clock_gettime(clock: i32, time: *mut [i64; 2]) -> i32;
        }
        let mut time = [0; 2];
        let error = unsafe { clock_gettime(PROCESS, &mut time) };
        assert_eq!(error, 0, "the CPU time is unknown");
        time[0] as f64 * 1e9 + time[1] as f64
    }
    #[cfg(not(unix))]
    0.0
}

/// How long a turn took until it was ended, and the CPU time of all of it, in nanoseconds.
struct Took {
    elapsed: f64,
    cpu: f64,
}

/// The answer of most turns.
fn answer(nanos: f64, took: &Took) -> String {
    format!("{{\"ns\":{},\"cpus\":{}}}", nanos, took.cpu / took.elapsed)
}

/// Repeats an operation for the time of a turn. Returns how often.
fn repeat(time: Duration, operations: u64, mut run: impl FnMut()) -> (u64, Took) {
    let cpu = cpu_nanos();
    let start = Instant::now();
    let mut count = 0;
    while count == 0 || start.elapsed() < time {
        run();
        count += operations;
    }
    let elapsed = start.elapsed().as_nanos() as f64;
    let cpu = cpu_nanos() - cpu;
    (count, Took { elapsed, cpu })
}

/// What a thread has done in a slice of time.
struct Done {
    count: u64,
    time: Duration,
    writes: u64,
}

/// Runs threads for a slice of time. Each is given the flag that ends it.
fn slice<F>(threads: u32, time: Duration, body: F) -> (Vec<Done>, Took)
where
    F: Fn(&AtomicBool) -> Done + Sync,
{
    let cpu = cpu_nanos();
    let started = AtomicBool::new(false);
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    while !started.load(Ordering::Acquire) {
                        spin_loop();
                    }
                    body(&ended)
                })
            })
            .collect();
        let start = Instant::now();
        started.store(true, Ordering::Release);
        thread::sleep(time);
        ended.store(true, Ordering::Release);
        let elapsed = start.elapsed().as_nanos() as f64;
        let done = workers.into_iter().map(|w| w.join().unwrap()).collect();
        let cpu = cpu_nanos() - cpu;
        (done, Took { elapsed, cpu })
    })
}

fn per_operation(done: &[Done]) -> f64 {
    let time: Duration = done.iter().map(|d| d.time).sum();
    time.as_nanos() as f64 / total(done) as f64
}

fn total(done: &[Done]) -> u64 {
    done.iter().map(|d| d.count).sum()
}

struct Guarded {
    sections: u64,
    value: u64,
}

#[inline(always)]
fn run_section(guarded: &Mutex<Guarded>, steps: u32) {
    let mut data = guarded.lock().unwrap();
    data.sections += 1;
    data.value = work(data.value, steps);
}

/// The locks, which stay the same from turn to turn.
struct Locks {
    guarded: Mutex<Guarded>,
    shared: RwLock<u64>,
}

impl Locks {
    /// Runs threads, and checks that as many sections have run as they have counted.
    fn sections<F>(&self, threads: u32, time: Duration, body: F) -> (Vec<Done>, Took)
    where
        F: Fn(&AtomicBool) -> Done + Sync,
    {
        let before = self.guarded.lock().unwrap().sections;
        let (done, took) = slice(threads, time, body);
        let sections = self.guarded.lock().unwrap().sections;
        assert_eq!(sections, before + total(&done), "the lock has not excluded");
        (done, took)
    }

    fn lock(&self, time: Duration) -> String {
        let (done, took) = self.sections(1, time, |ended| {
            let mut count = 0;
            let start = Instant::now();
            loop {
                run_section(&self.guarded, 0);
                count += 1;
                if ended.load(Ordering::Relaxed) {
                    break;
                }
            }
            Done {
                count,
                time: start.elapsed(),
                writes: 0,
            }
        });
        answer(per_operation(&done), &took)
    }

    fn closed(&self, time: Duration, threads: u32, section: u32, outside: u32) -> String {
        let (done, took) = self.sections(threads, time, |ended| {
            let start = Instant::now();
            let mut count = 0;
            let mut x = 1;
            while !ended.load(Ordering::Relaxed) {
                for _ in 0..BATCH {
                    run_section(&self.guarded, section);
                    x = work(x, outside);
                }
                count += BATCH;
            }
            black_box(x);
            Done {
                count,
                time: start.elapsed(),
                writes: 0,
            }
        });
        let sections = total(&done) as f64;
        let slowest = done.iter().map(|d| d.count).min().unwrap() as f64;
        let fastest = done.iter().map(|d| d.count).max().unwrap() as f64;
        let per_milli = 1e6 / took.elapsed;
        format!(
            "{{\"rate\":{},\"slowest\":{},\"fastest\":{},\"fairness\":{},\"cpuNanos\":{},\"cpus\":{}}}",
            sections * per_milli,
            slowest * per_milli,
            fastest * per_milli,
            slowest.max(1.0) / fastest,
            took.cpu / sections,
            took.cpu / took.elapsed
        )
    }

    fn read(&self, time: Duration, threads: u32, period: u64) -> String {
        let before = *self.shared.read().unwrap();
        let (done, took) = slice(threads, time, |ended| {
            let (mut count, mut writes, mut sum) = (0, 0, 0u64);
            let mut until_write = period;
            let start = Instant::now();
            loop {
                count += 1;
                until_write = until_write.wrapping_sub(1);
                if until_write == 0 {
                    until_write = period;
                    writes += 1;
                    *self.shared.write().unwrap() += 1;
                } else {
                    sum = sum.wrapping_add(*self.shared.read().unwrap());
                }
                if ended.load(Ordering::Relaxed) {
                    break;
                }
            }
            let time = start.elapsed();
            let same = sum == before.wrapping_mul(count);
            assert!(period != 0 || same, "a reader has read another value");
            Done {
                count,
                time,
                writes,
            }
        });
        let expected = before + done.iter().map(|d| d.writes).sum::<u64>();
        let value = *self.shared.read().unwrap();
        assert_eq!(value, expected, "the write lock has not excluded");
        answer(per_operation(&done), &took)
    }
}

#[derive(Default)]
struct State {
    stopped: bool,
    partners_turn: bool,
    passes: u64,
    partners_passes: u64,
    generation: u64,
    running: u32,
    runs: u64,
}

#[derive(Default)]
struct Monitor {
    state: Mutex<State>,
    condition: Condvar,
}

impl Monitor {
    fn stop(&self) {
        let mut state = self.state.lock().unwrap();
        state.stopped = true;
        state.generation += 1;
        self.condition.notify_all();
    }
}

fn pingpong(time: Duration, apart: bool) -> String {
    let monitor = Arc::new(Monitor::default());
    let cpus = if apart { Some(cpus::allowed()) } else { None };
    if let Some(mask) = &cpus {
        cpus::pin(mask, 0);
    }
    let theirs = monitor.clone();
    let partner = thread::spawn(move || {
        if let Some(mask) = &cpus {
            cpus::pin(mask, 1);
        }
        let mut state = theirs.state.lock().unwrap();
        while !state.stopped {
            if state.partners_turn {
                state.partners_turn = false;
                state.partners_passes += 1;
                theirs.condition.notify_one();
            } else {
                state = theirs.condition.wait(state).unwrap();
            }
        }
    });
    let (all, took) = repeat(time, ROUNDS, || {
        for _ in 0..ROUNDS {
            let mut state = monitor.state.lock().unwrap();
            state.partners_turn = true;
            state.passes += 1;
            monitor.condition.notify_one();
            while state.partners_turn {
                state = monitor.condition.wait(state).unwrap();
            }
        }
    });
    monitor.stop();
    partner.join().unwrap();
    let state = monitor.state.lock().unwrap();
    assert_eq!(
        (state.passes, state.partners_passes),
        (all, all),
        "a turn was not passed once"
    );
    answer(took.elapsed / all as f64, &took)
}

fn notify(time: Duration, waiters: u32) -> String {
    let monitor = Arc::new(Monitor::default());
    let all_have_run = Arc::new(AtomicBool::new(false));
    let notifier = thread::current();
    let await_all = || {
        while !all_have_run.swap(false, Ordering::Acquire) {
            thread::park();
        }
    };
    monitor.state.lock().unwrap().running = waiters;
    let threads: Vec<_> = (0..waiters)
        .map(|_| {
            let (monitor, all_have_run) = (monitor.clone(), all_have_run.clone());
            let notifier = notifier.clone();
            thread::spawn(move || {
                let mut state = monitor.state.lock().unwrap();
                while !state.stopped {
                    let seen = state.generation;
                    state.running -= 1;
                    if state.running == 0 {
                        all_have_run.store(true, Ordering::Release);
                        notifier.unpark();
                    }
                    while state.generation == seen {
                        state = monitor.condition.wait(state).unwrap();
                    }
                    state.runs += 1;
                }
            })
        })
        .collect();
    await_all();
    let (all, took) = repeat(time, 1, || {
        let mut state = monitor.state.lock().unwrap();
        state.running = waiters;
        state.generation += 1;
        monitor.condition.notify_all();
        drop(state);
        await_all();
    });
    monitor.stop();
    for thread in threads {
        thread.join().unwrap();
    }
    let runs = monitor.state.lock().unwrap().runs;
    assert_eq!(
        runs,
        (all + 1) * u64::from(waiters),
        "a waiter has not run each time"
    );
    answer(took.elapsed / all as f64, &took)
}

#[cfg(target_os = "linux")]
mod cpus {
    pub type Mask = [u64; 16];

    extern "C" {
        fn sched_getaffinity(pid: i32, size: usize, mask: *mut u64) -> i32;
        fn sched_setaffinity(pid: i32, size: usize, mask: *const u64) -> i32;
    }

    /// Of the process, before anything was pinned.
    pub fn allowed() -> Mask {
        static ALLOWED: std::sync::OnceLock<Mask> = std::sync::OnceLock::new();
        *ALLOWED.get_or_init(|| {
            let mut mask = [0; 16];
            let error =
                unsafe { sched_getaffinity(0, std::mem::size_of::<Mask>(), mask.as_mut_ptr()) };
            assert_eq!(error, 0, "the CPUs are unknown");
            mask
        })
    }

    /// Pins the calling thread to the allowed CPU with the given index.
    pub fn pin(mask: &Mask, index: usize) {
        let cpu = (0..1024)
            .filter(|cpu| mask[cpu / 64] >> (cpu % 64) & 1 == 1)
            .nth(index)
            .expect("too few CPUs");
        let mut one: Mask = [0; 16];
        one[cpu / 64] = 1 << (cpu % 64);
        let error = unsafe { sched_setaffinity(0, std::mem::size_of::<Mask>(), one.as_ptr()) };
        assert_eq!(error, 0, "the thread cannot be pinned");
    }
}

#[cfg(not(target_os = "linux"))]
mod cpus {
    pub type Mask = ();

    pub fn allowed() -> Mask {}

    pub fn pin(_: &Mask, _: usize) {
        panic!("threads cannot be pinned here");
    }
}

fn obey(locks: &Locks, command: &str) -> String {
    let words: Vec<&str> = command.split_whitespace().collect();
    let number = |i: usize| words[i].parse::<u32>().expect("a number");
    let time = Duration::from_millis(number(0).into());
    match (words[2], words.len()) {
        ("lock", 3) => locks.lock(time),
        ("read", 5) => locks.read(time, number(3), number(4).into()),
        ("closed", 6) => locks.closed(time, number(3), number(4), number(5)),
        ("pingpong", 4) => pingpong(time, words[3] == "apart"),
        ("notify", 4) => notify(time, number(3)),
        _ => panic!("no such command: {command}"),
    }
}

fn main() {
    let locks = Locks {
        guarded: Mutex::new(Guarded {
            sections: 0,
            value: 1,
        }),
        shared: RwLock::new(VALUE),
    };
    println!("ready");
    for command in std::io::stdin().lines() {
        println!("{}", obey(&locks, &command.unwrap()));
    }
}
