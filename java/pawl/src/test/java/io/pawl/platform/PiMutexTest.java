package io.pawl.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pawl.internal.memory.Words;
import io.pawl.testing.Await;
import io.pawl.testing.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class PiMutexTest extends SystemLockContract<PiMutex> {

  private static final int WAITERS = 1 << 31;

  PiMutexTest() {
    super(PiMutex::new);
  }

  // ---- The end of an owner

  private void lockInAThreadThatEnds() throws InterruptedException {
    Worker owner = crew.start(() -> lock().lock());
    owner.join();
    owner.thread().join();
  }

  private void assertPoisonedUntilCleared() {
    assertThat(lock().isPoisoned()).isTrue();
    assertThatExceptionOfType(OwnerEndedException.class).isThrownBy(lock()::lock);
    assertThat(lock().isHeldByCurrentThread()).isFalse();
    assertThatExceptionOfType(OwnerEndedException.class).isThrownBy(lock()::lockInterruptibly);
    assertThatExceptionOfType(OwnerEndedException.class).isThrownBy(lock()::tryLock);
    assertThat(lock().lockForced()).isTrue();
    lock().unlock();
    assertThatExceptionOfType(OwnerEndedException.class).isThrownBy(lock()::lock);
    assertThat(lock().lockForced()).isTrue();
    lock().clearPoison();
    lock().unlock();
    assertThat(lock().isPoisoned()).isFalse();
    assertThat(lock().lockForced()).isFalse();
    lock().unlock();
    assertFree();
  }

  @Test
  void endOfAnOwnerIsToldToWhoComesAfterIt() throws InterruptedException {
    lock();
    lockInAThreadThatEnds();
    assertThatExceptionOfType(OwnerEndedException.class).isThrownBy(lock()::lock);
    assertPoisonedUntilCleared();
  }

  @Test
  void endOfAnOwnerIsToldToATryLock() throws InterruptedException {
    lock();
    lockInAThreadThatEnds();
    assertThatExceptionOfType(OwnerEndedException.class).isThrownBy(lock()::tryLock);
    assertPoisonedUntilCleared();
  }

  @Test
  void endOfAnOwnerIsToldToThoseThatWait() {
    AtomicInteger told = new AtomicInteger();
    Worker owner =
        crew.start(() -> {
          lock().lock();
          Await.until("two wait", () -> lock().getQueueLength() == 2);
        });
    Await.until("the lock is held", () -> lock().owner() != null);
    for (int i = 0; i < 2; i++) {
      Worker _ =
          crew.start(() -> {
            assertThatExceptionOfType(OwnerEndedException.class).isThrownBy(lock()::lock);
            told.incrementAndGet();
          });
    }
    owner.join();
    crew.join();
    assertThat(told).hasValue(2);
    assertPoisonedUntilCleared();
  }

  @Test
  void onlyOneOfManyTakesOverFromAnEndedOwner() throws InterruptedException {
    lock();
    for (int round = 0; round < 50; round++) {
      lockInAThreadThatEnds();
      AtomicInteger inside = new AtomicInteger();
      crew.start(
          4,
          () -> {
            boolean _ = lock().lockForced();
            assertThat(inside.incrementAndGet()).isEqualTo(1);
            inside.decrementAndGet();
            lock().unlock();
          });
      crew.join();
      assertThat(lock().lockForced()).isTrue();
      lock().clearPoison();
      lock().unlock();
    }
    assertFree();
  }

  // ---- Numbers of ended threads

  /** A thread that is none of those that lock, and its number. */
  private int numberOfAThreadThatLives(CountDownLatch end) {
    CompletableFuture<Integer> number = new CompletableFuture<>();
    Worker _ =
        crew.start(() -> {
          number.complete(PiThread.current().number());
          end.await();
        });
    return number.join();
  }

  @Test
  void endOfAnOwnerIsToldThoughItsNumberIsThatOfAnother() throws InterruptedException {
    lock();
    CountDownLatch end = new CountDownLatch(1);
    lockInAThreadThatEnds();
    Words.setVolatile(lock().word(), numberOfAThreadThatLives(end) | WAITERS);
    AtomicInteger told = new AtomicInteger();
    Worker waiter =
        crew.start(() -> {
          assertThatExceptionOfType(OwnerEndedException.class).isThrownBy(lock()::lock);
          told.incrementAndGet();
        });
    waiter.join();
    assertThat(told).hasValue(1);
    assertPoisonedUntilCleared();
    end.countDown();
    crew.join();
  }

  @Test
  void waiterForAThreadThatHasTheNumberOfAnEndedOwnerIsTold() {
    lock();
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch endOfOwner = new CountDownLatch(1);
    Worker owner =
        crew.start(() -> {
          lock().lock();
          endOfOwner.await();
        });
    Await.until("the lock is held", () -> lock().owner() != null);
    Words.setVolatile(lock().word(), numberOfAThreadThatLives(end));
    List<Worker> waiters = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      waiters.add(
          startWaiter(
              () -> assertThatExceptionOfType(OwnerEndedException.class).isThrownBy(lock()::lock)));
    }
    Await.until("a queue in the system", () -> Words.getVolatile(lock().word()) < 0);
    endOfOwner.countDown();
    owner.join();
    waiters.forEach(Worker::join);
    assertPoisonedUntilCleared();
    end.countDown();
    crew.join();
  }

  /** Has the system give the number of an ended thread to another, where the test may do that. */
  @Test
  void threadThatGetsTheNumberOfAnEndedOwnerIsNoOwner() throws Exception {
    lock();
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch waited = new CountDownLatch(1);
    CountDownLatch told = new CountDownLatch(1);
    CompletableFuture<Boolean> got = new CompletableFuture<>();
    Await.until(
        "a thread gets the number of an ended owner, or cannot",
        () -> {
          int number = lockInAThreadThatEndsAndHad();
          if (!setLastNumber(number - 1)) {
            return got.complete(false);
          }
          CompletableFuture<Boolean> same = new CompletableFuture<>();
          Worker _ =
              crew.start(() -> {
                same.complete(PiThread.current().number() == number);
                if (same.join()) {
                  got.complete(true);
                  waited.await();
                  assertThatExceptionOfType(OwnerEndedException.class).isThrownBy(lock()::lock);
                  told.countDown();
                  end.await();
                }
              });
          return same.join() || unlockForAnother();
        });
    assumeTrue(got.join(), "the numbers of threads cannot be set here");
    Worker other =
        crew.start(
            () -> assertThatExceptionOfType(OwnerEndedException.class).isThrownBy(lock()::lock));
    other.join();
    waited.countDown();
    told.await();
    assertPoisonedUntilCleared();
    end.countDown();
    crew.join();
  }

  /** The number of the owner, which others may get from now on. */
  private int lockInAThreadThatEndsAndHad() {
    CompletableFuture<PiThread> ended = new CompletableFuture<>();
    Worker owner =
        crew.start(() -> {
          lock().lock();
          ended.complete(PiThread.current());
        });
    owner.join();
    Await.until("the end of the owner", () -> !owner.thread().isAlive());
    Await.until("its end in the system", ended.join()::isUnknownToTheSystem);
    return ended.join().number();
  }

  /** Somebody else has got the number of the last one, and may keep it. */
  private boolean unlockForAnother() {
    boolean _ = lock().lockForced();
    lock().clearPoison();
    lock().unlock();
    return false;
  }

  private static boolean setLastNumber(int number) {
    try {
      Files.writeString(Path.of("/proc/sys/kernel/ns_last_pid"), Integer.toString(number));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** As if the system had said so of one that had the lock in between. */
  @Test
  void ownerThatLivesIsNotTakenForEnded() {
    lock().lock();
    PiThread owner = PiThread.current();
    crew.start(
            () -> {
              assertThat(lock().takeOver(PiThread.current(), owner)).isEqualTo(SystemLock.EBUSY);
              assertThat(lock().tryLock()).isFalse();
            })
        .join();
    assertThat(lock().isPoisoned()).isFalse();
    lock().unlock();
    assertFree();
  }

  @Test
  void systemKnowsWhetherAThreadHasANumber() {
    lock();
    CountDownLatch end = new CountDownLatch(1);
    PiThread self = PiThread.current();
    Thread another = Thread.ofPlatform().unstarted(() -> {});
    int lives = numberOfAThreadThatLives(end);
    assertThat(self.isUnknownToTheSystem()).isFalse();
    assertThat(new PiThread(another, self.number()).isUnknownToTheSystem()).isTrue();
    assertThat(new PiThread(another, lives).isUnknownToTheSystem()).isFalse();
    assertThat(new PiThread(another, PiThread.NUMBER).isUnknownToTheSystem()).isTrue();
    end.countDown();
    crew.join();
  }

  @Test
  void ownerThatTheSystemRefusesToWaitForIsNamed() throws Exception {
    lock();
    Path name = Path.of("/proc/2/comm");
    assumeTrue(
        Files.exists(name) && Files.readString(name).startsWith("kthreadd"),
        "no thread of the kernel can be seen here");
    Words.setVolatile(lock().word(), 2);
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(lock()::lock)
        .withMessageContaining("EPERM");
    Words.setVolatile(lock().word(), 0);
    lockInAThreadThatEnds();
    Words.setVolatile(lock().word(), 2);
    assertThatExceptionOfType(OwnerEndedException.class).isThrownBy(lock()::lock);
    assertPoisonedUntilCleared();
  }

  @Test
  void poisonIsClearedByTheHolderOnly() {
    assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock()::clearPoison);
  }

  // ---- Deadlock

  /** Which of the two closes the circle, nobody can tell; each can if they do at the same time. */
  @Test
  void waitThatWouldCloseACircleIsRefused() {
    PiMutex left = lock();
    PiMutex right = another();
    CyclicBarrier both = new CyclicBarrier(2);
    AtomicInteger refused = new AtomicInteger();
    for (int round = 1; round <= 50; round++) {
      crew.start(() -> lockBoth(left, right, both, refused));
      crew.start(() -> lockBoth(right, left, both, refused));
      crew.join();
      assertThat(refused.getAndSet(0)).isBetween(1, 2);
    }
    assertFree();
  }

  private static void lockBoth(
      PiMutex first, PiMutex second, CyclicBarrier both, AtomicInteger refused) throws Exception {
    first.lock();
    both.await();
    try {
      second.lock();
      second.unlock();
    } catch (IllegalStateException e) {
      assertThat(e).hasMessageContaining("would never end");
      refused.incrementAndGet();
    }
    first.unlock();
  }
}
