//! The work of some of the JMH benchmarks on the locks of Rust's standard library. Arguments, output and
//! checks are those of peers.c.

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

/// What was asked for.
struct Settings {
    arguments: String,
    warmups: u32,
    samples: u32,
    time: Duration,
}

impl Settings {
    /// Runs the warm-ups and the samples, and prints what the latter return.
    fn sample(&self, mut one: impl FnMut() -> String) {
        for i in 0..self.warmups + self.samples {
            let result = one();
            if i >= self.warmups {
                println!(
                    "{{\"peer\":\"rust\",\"arguments\":\"{}\",{}}}",
                    self.arguments, result
                );
            }
        }
    }

    /// The same for an operation that is repeated for the time of a sample.
    fn sample_operation(&self, operations: u64, mut run: impl FnMut()) {
        self.sample(|| {
            let start = Instant::now();
            let mut count = 0;
            while count == 0 || start.elapsed() < self.time {
                run();
                count += operations;
            }
            value(start.elapsed(), count)
        });
    }
}

fn value(time: Duration, operations: u64) -> String {
    format!(
        "\"value\":{:.3}",
        time.as_nanos() as f64 / operations as f64
    )
}

/// What a thread has done in a slice of time.
struct Done {
    count: u64,
    time: Duration,
    writes: u64,
}

/// Runs threads for a slice of time. Each is given the flag that ends it.
fn slice<F>(threads: u32, time: Duration, body: F) -> Vec<Done>
where
    F: Fn(&AtomicBool) -> Done + Sync,
{
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
        started.store(true, Ordering::Release);
        thread::sleep(time);
        ended.store(true, Ordering::Release);
        workers.into_iter().map(|w| w.join().unwrap()).collect()
    })
}

fn per_operation(done: &[Done]) -> String {
    value(
        done.iter().map(|d| d.time).sum(),
        done.iter().map(|d| d.count).sum(),
    )
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

fn new_guarded() -> Mutex<Guarded> {
    Mutex::new(Guarded {
        sections: 0,
        value: 1,
    })
}

fn check_sections(guarded: &Mutex<Guarded>, expected: &mut u64, done: &[Done]) {
    *expected += done.iter().map(|d| d.count).sum::<u64>();
    assert_eq!(
        guarded.lock().unwrap().sections,
        *expected,
        "the lock has not excluded"
    );
}

fn lock(settings: &Settings) {
    let guarded = new_guarded();
    let mut expected = 0;
    settings.sample(|| {
        let done = slice(1, settings.time, |ended| {
            let mut count = 0;
            let start = Instant::now();
            loop {
                run_section(&guarded, 0);
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
        check_sections(&guarded, &mut expected, &done);
        per_operation(&done)
    });
}

fn contended(settings: &Settings, threads: u32, section: u32, outside: u32) {
    let guarded = new_guarded();
    let mut expected = 0;
    settings.sample(|| {
        let start = Instant::now();
        let done = slice(threads, settings.time, |ended| {
            let start = Instant::now();
            let mut count = 0;
            let mut x = 1;
            while !ended.load(Ordering::Relaxed) {
                for _ in 0..BATCH {
                    run_section(&guarded, section);
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
        let millis = start.elapsed().as_secs_f64() * 1e3;
        check_sections(&guarded, &mut expected, &done);
        let counts = || done.iter().map(|d| d.count);
        format!(
            "\"value\":{:.3},\"slowest\":{:.3},\"fastest\":{:.3}",
            counts().sum::<u64>() as f64 / millis,
            counts().min().unwrap() as f64 / millis,
            counts().max().unwrap() as f64 / millis
        )
    });
}

fn read(settings: &Settings, threads: u32, period: u64) {
    let shared = RwLock::new(VALUE);
    let mut expected = VALUE;
    settings.sample(|| {
        let done = slice(threads, settings.time, |ended| {
            let (mut count, mut writes, mut sum) = (0, 0, 0u64);
            let mut until_write = period;
            let start = Instant::now();
            loop {
                count += 1;
                until_write = until_write.wrapping_sub(1);
                if until_write == 0 {
                    until_write = period;
                    writes += 1;
                    *shared.write().unwrap() += 1;
                } else {
                    sum = sum.wrapping_add(*shared.read().unwrap());
                }
                if ended.load(Ordering::Relaxed) {
                    break;
                }
            }
            let time = start.elapsed();
            let same = sum == VALUE * count;
            assert!(period != 0 || same, "a reader has read another value");
            Done {
                count,
                time,
                writes,
            }
        });
        expected += done.iter().map(|d| d.writes).sum::<u64>();
        assert_eq!(
            *shared.read().unwrap(),
            expected,
            "the write lock has not excluded"
        );
        per_operation(&done)
    });
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

fn pingpong(settings: &Settings, apart: bool) {
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
    let mut all = 0;
    settings.sample_operation(ROUNDS, || {
        for _ in 0..ROUNDS {
            let mut state = monitor.state.lock().unwrap();
            state.partners_turn = true;
            state.passes += 1;
            monitor.condition.notify_one();
            while state.partners_turn {
                state = monitor.condition.wait(state).unwrap();
            }
        }
        all += ROUNDS;
    });
    monitor.stop();
    partner.join().unwrap();
    let state = monitor.state.lock().unwrap();
    assert_eq!(
        (state.passes, state.partners_passes),
        (all, all),
        "a turn was not passed once"
    );
}

fn notify(settings: &Settings, waiters: u32) {
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
    let mut all = 1;
    settings.sample_operation(1, || {
        let mut state = monitor.state.lock().unwrap();
        state.running = waiters;
        state.generation += 1;
        monitor.condition.notify_all();
        drop(state);
        await_all();
        all += 1;
    });
    monitor.stop();
    for thread in threads {
        thread.join().unwrap();
    }
    let runs = monitor.state.lock().unwrap().runs;
    assert_eq!(
        runs,
        all * u64::from(waiters),
        "a waiter has not run each time"
    );
}

#[cfg(target_os = "linux")]
mod cpus {
    pub type Mask = [u64; 16];

    extern "C" {
        fn sched_getaffinity(pid: i32, size: usize, mask: *mut u64) -> i32;
        fn sched_setaffinity(pid: i32, size: usize, mask: *const u64) -> i32;
    }

    pub fn allowed() -> Mask {
        let mut mask = [0; 16];
        let error = unsafe { sched_getaffinity(0, std::mem::size_of::<Mask>(), mask.as_mut_ptr()) };
        assert_eq!(error, 0, "the CPUs are unknown");
        mask
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

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |i: usize| words[i].parse::<u32>().expect("a number");
    let settings = Settings {
        arguments: words.join(" "),
        warmups: number(0),
        samples: number(1),
        time: Duration::from_millis(number(2).into()),
    };
    match (words[3].as_str(), words.len()) {
        ("lock", 4) => lock(&settings),
        ("read", 6) => read(&settings, number(4), number(5).into()),
        ("contended", 7) => contended(&settings, number(4), number(5), number(6)),
        ("pingpong", 5) => pingpong(&settings, words[4] == "apart"),
        ("notify", 5) => notify(&settings, number(4)),
        _ => panic!("see the comment in peers.c"),
    }
}
