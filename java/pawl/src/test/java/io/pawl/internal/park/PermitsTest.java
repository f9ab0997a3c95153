package io.pawl.internal.park;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.locks.LockSupport;
import io.pawl.testing.Await;
import io.pawl.testing.Crew;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The permits of threads that come and go. */
class PermitsTest extends Kit {

  private static final int MANY = 300;

  private volatile boolean over;

  PermitsTest() {
    super(ThreadKind.PLATFORM);
  }

  /** Collects garbage until there are no more permits and words than these. */
  private static void awaitAtMost(int permits, int words) {
    Await.until(
        "at most " + permits + " permits and " + words + " words",
        () -> {
          System.gc();
          return Permits.INSTANCE.count() <= permits && LongWaits.WORDS.leased() <= words;
        });
  }

  private void parkUntilOver() {
    while (!over) {
      LockSupport.park(this);
    }
  }

  @Test
  void deadThreadsLeaveNothing() {
    awaitAtMost(Permits.INSTANCE.count(), LongWaits.WORDS.leased());
    int permits = Permits.INSTANCE.count();
    int words = LongWaits.WORDS.leased();
    for (int i = 0; i < 10; i++) {
      Crew parked = new Crew(ThreadKind.PLATFORM);
      List<Worker> workers = new ArrayList<>();
      over = false;
      for (int j = 0; j < 100; j++) {
        workers.add(parked.start(this::parkUntilOver));
      }
      Await.until("all permits", () -> Permits.INSTANCE.count() >= 100);
      over = true;
      workers.forEach(worker -> LockSupport.unpark(worker.thread()));
      parked.join();
    }
    awaitAtMost(permits + 10, words + 10);
  }

  @Test
  void permitsAreFoundAgainHoweverManyThereAre() {
    List<Worker> workers = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      workers.add(crew.start(this::parkUntilOver));
    }
    workers.forEach(Worker::awaitBlocked);
    System.gc();
    for (Worker worker : workers) {
      Permit permit = Objects.requireNonNull(Permits.INSTANCE.of(worker.thread()));
      assertThat(permit).isSameAs(Permits.INSTANCE.of(worker.thread()));
      assertThat(permit.refersTo(worker.thread())).isTrue();
    }
    over = true;
    workers.forEach(worker -> LockSupport.unpark(worker.thread()));
    crew.join();
  }

  @Test
  void threadsThatAreNotAliveAreNotEntered() {
    Thread fresh = kind.newThread(0, () -> {});
    assertThat(Permits.INSTANCE.of(fresh)).isNull();
    Worker ended = crew.start(() -> {});
    Await.until("the end", () -> !ended.thread().isAlive());
    assertThat(Permits.INSTANCE.of(ended.thread())).isNull();
  }

  @Test
  void permitGivenBeforeTheFirstParkIsKeptWhileTheThreadLives() {
    Worker worker =
        crew.start(() -> {
          Await.until("the permit", () -> over);
          LockSupport.park(this);
        });
    LockSupport.unpark(worker.thread());
    for (int i = 0; i < 3; i++) {
      System.gc();
      assertThat(Permits.INSTANCE.count()).isPositive();
    }
    over = true;
    worker.join();
  }

  @Test
  void threadThatLosesItsThreadLocalsKeepsItsPermit() throws Exception {
    ThreadLocal<Boolean> kept = new ThreadLocal<>();
    AtomicReference<@Nullable Thread> parking = new AtomicReference<>();
    try (ForkJoinPool pool =
        new ForkJoinPool(1, p -> new ForkJoinWorkerThread(null, p, false) {}, null, false)) {
      runIn(
          pool,
          () -> {
            parking.set(Thread.currentThread());
            kept.set(true);
            LockSupport.parkNanos(this, 1_000);
          });
      Await.until("an idle pool, which has cleared them", pool::isQuiescent);
      LockSupport.unpark(parking.get());
      runIn(
          pool,
          () -> {
            assertThat(Thread.currentThread()).isSameAs(parking.get());
            assertThat(kept.get()).isNull();
            LockSupport.park(this);
          });
      ForkJoinTask<?> waiting = pool.submit(this::parkUntilOver);
      over = true;
      LockSupport.unpark(parking.get());
      waiting.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static void runIn(ForkJoinPool pool, Runnable task) throws Exception {
    pool.submit(task).get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
  }
}
