package io.pawl.shared;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.Limit;
import io.pawl.testing.Await;
import io.pawl.testing.Crew;
import io.pawl.testing.ThreadKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the death of a reader, or of a holder of permits, means to those that are left. */
@Limit(60)
@Tag("kit")
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class HolderDeathTest {
  private final Regions regions = new Regions();
  private final SharedRegion one = regions.open();
  private final SharedRegion other = regions.open();

  @AfterEach
  void end() throws Exception {
    regions.close();
  }

  private static void mustNotBeRun(LockOwner owner) {
    throw new AssertionError("a recovery from the death of a reader: " + owner);
  }

  @ParameterizedTest
  @EnumSource
  void writerThatWaitsForAReaderThatDiesGoesOnAndIsNotTold(ThreadKind kind) {
    other.rwLock("rw").readLock().lock();
    SharedRwLock a = one.rwLock("rw", HolderDeathTest::mustNotBeRun);
    Crew crew = new Crew(kind);
    crew.start(() -> {
      a.writeLock().lock();
      a.writeLock().unlock();
    });
    Await.until("the writer waits", () -> a.owner() != null);
    regions.kill(other);
    crew.join();
    assertThat(a.isPoisoned()).isFalse();
  }

  @Test
  void readersGoOnBesideOneThatDies() {
    SharedRwLock a = one.rwLock("rw", HolderDeathTest::mustNotBeRun);
    a.readLock().lock();
    other.rwLock("rw").readLock().lock();
    regions.kill(other);
    assertThat(a.readLock().tryLock()).isTrue();
    a.readLock().unlock();
    assertThat(a.writeLock().tryLock()).isFalse();
    a.readLock().unlock();
    assertThat(a.writeLock().tryLock()).isTrue();
    a.writeLock().unlock();
  }

  @Test
  void readerWhoseThreadEndsStillReads() {
    SharedRwLock b = other.rwLock("rw");
    Crew crew = new Crew(ThreadKind.PLATFORM);
    crew.start(() -> b.readLock().lock());
    crew.join();
    SharedRwLock a = one.rwLock("rw");
    assertThat(a.writeLock().tryLock()).isFalse();
    b.readLock().unlock();
    assertThat(a.writeLock().tryLock()).isTrue();
    a.writeLock().unlock();
  }

  @Test
  void permitsOfTheDeadReturnOnceAndNobodyIsTold() throws InterruptedException {
    SharedSemaphore a = one.semaphore("s", 3);
    other.semaphore("s", 3).acquire(2);
    a.acquire();
    regions.kill(other);
    assertThat(a.availablePermits()).isEqualTo(2);
    assertThat(a.availablePermits()).isEqualTo(2);
    a.acquire(2);
    assertThat(a.heldPermits()).isEqualTo(3);
    assertThat(a.tryAcquire()).isFalse();
    a.release(3);
    assertThat(a.availablePermits()).isEqualTo(3);
  }

  @Test
  void permitsThatAreLostAreMissedForGood() throws InterruptedException {
    SharedSemaphore a = one.semaphore("s", 3, SharedSemaphore.OnDeath.LOSE);
    other.semaphore("s", 3, SharedSemaphore.OnDeath.LOSE).acquire();
    regions.kill(other);
    assertThat(a.tryAcquire(3, 1, MILLISECONDS)).isFalse();
    a.acquire(2);
    assertThat(a.availablePermits()).isZero();
    a.release(2);
    SharedSemaphore b = regions.open().semaphore("s", 3, SharedSemaphore.OnDeath.LOSE);
    assertThat(b.availablePermits()).isEqualTo(2);
  }

  @Test
  void permitsOfAThreadThatEndsStayTakenUntilAnotherReleasesThem() throws InterruptedException {
    SharedSemaphore b = other.semaphore("s", 1);
    Crew crew = new Crew(ThreadKind.PLATFORM);
    crew.start(() -> b.acquire());
    crew.join();
    SharedSemaphore a = one.semaphore("s", 1);
    assertThat(a.tryAcquire()).isFalse();
    b.release();
    assertThat(a.tryAcquire()).isTrue();
  }
}
