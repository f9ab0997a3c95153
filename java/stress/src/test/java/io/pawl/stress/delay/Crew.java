package io.pawl.stress.delay;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Phaser;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that play rounds. In a round each acquires one lock a few times, and the round ends when
 * all have done so: a thread whose wake-up is lost finds nobody who releases the lock once more and
 * so makes up for it. Locks are replaced often, and left alone by all threads but one from time to
 * time, so that they go to and fro between use by one thread and by several.
 */
final class Crew {

  /** More releases without a waiter than a lock needs to leave its contended mode. */
  private static final int QUIET = 1_500;

  private static final int MAX_NANOS = 50_000;
  private static final int MAX_HOLD = 20_000;
  private static final int[] TIMES = {1, 1, 1, 2, 3, 8, 50};

  private final SplittableRandom random;
  private final Phaser rounds;
  private final AtomicLong steps = new AtomicLong();
  private final List<Thread> threads = new ArrayList<>();
  private volatile Round round;
  private volatile boolean over;
  private volatile @Nullable Throwable failure;

  Crew(int seed, List<ThreadFactory> members) {
    random = new SplittableRandom(seed);
    round = new Round(Subject.of(0), 1, false, members.size());
    rounds =
        new Phaser(members.size()) {
          @Override
          protected boolean onAdvance(int phase, int registered) {
            round = next(registered);
            return over;
          }
        };
    for (ThreadFactory member : members) {
      SplittableRandom own = random.split();
      int number = threads.size();
      threads.add(member.newThread(() -> run(number, own)));
    }
  }

  void start() {
    threads.forEach(Thread::start);
  }

  /** Lets the round in play be the last. */
  void end() {
    over = true;
  }

  boolean isAlive() {
    return threads.stream().anyMatch(Thread::isAlive);
  }

  @Nullable Throwable failure() {
    return failure;
  }

  /** Grows whenever one of the threads goes on. */
  long steps() {
    return steps.get();
  }

  int roundsPlayed() {
    return rounds.getPhase() & Integer.MAX_VALUE;
  }

  Subject subject() {
    return round.subject;
  }

  List<Thread> threads() {
    return threads;
  }

  private Round next(int members) {
    Subject subject =
        random.nextInt(3) == 0 ? Subject.of(random.nextInt(Subject.KINDS)) : round.subject;
    int times = random.nextInt(16) == 0 ? QUIET : TIMES[random.nextInt(TIMES.length)];
    return new Round(subject, times, random.nextInt(3) == 0, members);
  }

  private void run(int member, SplittableRandom own) {
    try {
      while (!rounds.isTerminated()) {
        Round current = round;
        if (current.times != QUIET || member == 0) {
          current.play(own);
        }
        var _ = steps.incrementAndGet();
        var _ = rounds.arriveAndAwaitAdvance();
        boolean _ = Thread.interrupted();
      }
    } catch (Throwable t) {
      failure = t;
    }
  }

  private final class Round {
    private final Subject subject;
    private final int times;
    private final int members;

    /** Whether waits may also end by timeout or interrupt, which make up for a lost wake-up. */
    private final boolean disturbed;

    private final AtomicInteger ready = new AtomicInteger();
    private int met;
    private long x;
    private long y;

    Round(Subject subject, int times, boolean disturbed, int members) {
      this.subject = subject;
      this.times = times;
      this.disturbed = disturbed;
      this.members = members;
    }

    void play(SplittableRandom own) throws InterruptedException {
      var _ = ready.incrementAndGet();
      for (int i = 0; i < 1_000 && ready.get() < members; i++) {
        Thread.onSpinWait();
      }
      for (int i = 0; i < times; i++) {
        if (disturbed) {
          disturb(own);
        }
        section(own, own.nextInt(4) == 0 ? subject.other() : subject.lock());
        var _ = steps.incrementAndGet();
      }
      if (times == TIMES[TIMES.length - 1]) {
        meet();
      }
    }

    private void section(SplittableRandom own, Lock lock) {
      lock.lock();
      try {
        if (x != y) {
          throw new AssertionError("A writer is inside: " + subject);
        }
        if (lock == subject.lock()) {
          x++;
          if (own.nextInt(8) == 0) {
            LockSupport.parkNanos(own.nextInt(MAX_HOLD));
          }
          y++;
        }
      } finally {
        lock.unlock();
      }
    }

    private void disturb(SplittableRandom own) {
      try {
        switch (own.nextInt(4)) {
          case 0 -> threads.get(own.nextInt(threads.size())).interrupt();
          case 1 -> {
            if (subject.lock().tryLock(own.nextInt(MAX_NANOS), NANOSECONDS)) {
              subject.lock().unlock();
            }
          }
          case 2 -> {
            subject.other().lockInterruptibly();
            subject.other().unlock();
          }
          default -> {
            subject.lock().lockInterruptibly();
            subject.lock().unlock();
          }
        }
      } catch (InterruptedException _) {
        // As intended.
      }
    }

    /** Waits for all the others, with the condition. */
    private void meet() throws InterruptedException {
      boolean interrupted = false;
      subject.lock().lock();
      try {
        met++;
        subject.changed().signalAll();
        while (met < members) {
          try {
            subject.changed().await();
          } catch (InterruptedException _) {
            interrupted = true;
          }
        }
      } finally {
        subject.lock().unlock();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
