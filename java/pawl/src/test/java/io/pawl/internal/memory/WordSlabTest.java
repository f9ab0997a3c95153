package io.pawl.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.internal.backend.Backend;
import io.pawl.internal.queue.Waiter;
import io.pawl.locks.Mutex;
import io.pawl.testing.Await;
import io.pawl.testing.Crew;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class WordSlabTest extends Kit {

  private static final int MANY = 300;

  WordSlabTest() {
    super(ThreadKind.PLATFORM);
  }

  /** Collects garbage until no more words than these are leased. */
  private static void awaitLeased(int most) {
    Await.until(
        "at most " + most + " words leased, of " + WordSlab.leased(),
        () -> {
          System.gc();
          return WordSlab.leased() <= most;
        });
  }

  @Test
  void leasedWordsAreZeroDistinctAndACacheLineApart() {
    List<Object> owners = new ArrayList<>();
    Set<Long> lines = new HashSet<>();
    for (int i = 0; i < MANY; i++) {
      Object owner = new Object();
      owners.add(owner);
      long address = WordSlab.lease(owner);
      assertThat(address).isNotZero();
      assertThat(address % 64).isZero();
      assertThat(Words.getVolatile(address)).isZero();
      assertThat(lines.add(address / 64)).isTrue();
      Words.setVolatile(address, i);
    }
    assertThat(owners).hasSize(MANY); // and so reachable until here
  }

  @Test
  void wordsComeBackWithTheirOwners() {
    awaitLeased(WordSlab.leased());
    int before = WordSlab.leased();
    List<Object> owners = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      Object owner = new Object();
      owners.add(owner);
      Words.setVolatile(WordSlab.lease(owner), -1);
    }
    assertThat(WordSlab.leased()).isGreaterThanOrEqualTo(MANY);
    System.gc();
    assertThat(WordSlab.leased()).isGreaterThanOrEqualTo(MANY);
    assertThat(owners).hasSize(MANY); // and so reachable until here
    owners.clear();
    awaitLeased(before);
    owners.add(new Object());
    assertThat(Words.getVolatile(WordSlab.lease(owners.getFirst()))).isZero();
    assertThat(owners).hasSize(1);
  }

  /** What is kept for threads that have ended goes when another thread waits for the first time. */
  private void waitInANewThread() {
    crew.start(() -> Waiter.take().release()).join();
  }

  @Test
  @SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
  void wordsOfDeadThreadsAreRecycled() {
    Assumptions.assumeTrue(Backend.current() != null, "native waits");
    int before = WordSlab.leased();
    for (int i = 0; i < 4; i++) {
      Mutex mutex = new Mutex();
      Crew blocked = new Crew(ThreadKind.PLATFORM);
      mutex.lock();
      blocked.start(
          MANY / 4,
          () -> {
            mutex.lock();
            mutex.unlock();
          });
      Await.until("all wait", () -> mutex.getQueueLength() == MANY / 4);
      assertThat(WordSlab.leased()).isGreaterThanOrEqualTo(MANY / 4);
      mutex.unlock();
      blocked.join();
    }
    Await.until(
        "at most " + before + " words leased, and some more",
        () -> {
          System.gc();
          waitInANewThread();
          return WordSlab.leased() <= before + 10;
        });
  }
}
