package io.pawl.shared;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.internal.observe.Subjects;
import io.pawl.kit.Limit;
import io.pawl.observe.Names;
import io.pawl.testing.Await;
import io.pawl.testing.Crew;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Limit(60)
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class SharedNamesTest {
  private final Regions regions = new Regions();
  private final SharedRegion region = regions.open();
  private final SharedRegion other = regions.open();

  @AfterEach
  void end() throws Exception {
    regions.close();
  }

  @Test
  void nameIsThatInTheRegion() {
    SharedMutex mutex = region.mutex("mutex");
    assertThat(Names.of(mutex)).isEqualTo("mutex");
    assertThat(Names.of(region.rwLock("lock"))).isEqualTo("lock");
    assertThat(Names.of(region.rwLock("lock").readLock())).isEqualTo("lock");
    assertThat(Names.of(region.rwLock("lock").writeLock())).isEqualTo("lock");
    assertThat(Names.of(region.semaphore("permits", 1))).isEqualTo("permits");
    assertThat(Names.of(region.condvar("condition", mutex))).isEqualTo("condition");
    assertThat(Names.of(region.seqLock("record", 8))).isEqualTo("record");
  }

  @Test
  void anotherNameIsThatOfThisHandleOnly() {
    SharedMutex mutex = Names.name(region.mutex("mutex"), "orders");
    assertThat(mutex).hasToString("SharedMutex[orders, Unlocked]");
    assertThat(other.mutex("mutex")).hasToString("SharedMutex[mutex, Unlocked]");
    assertThat(region.mutex("mutex")).isSameAs(mutex);
  }

  @ParameterizedTest
  @EnumSource(
      value = ThreadKind.class,
      names = {"PLATFORM", "VIRTUAL"})
  void blockerLeadsToTheLockWhoeverHoldsIt(ThreadKind kind) throws InterruptedException {
    assertBlocker(kind, region.mutex("m"), region.mutex("m"), other.mutex("m"));
    assertBlocker(kind, region.mutex("m"), region.mutex("m"), region.mutex("m"));
    SharedRwLock lock = region.rwLock("rw");
    assertBlocker(kind, lock, lock.readLock(), other.rwLock("rw").writeLock());
    assertBlocker(kind, lock, lock.writeLock(), other.rwLock("rw").readLock());
    assertBlocker(kind, lock, lock.writeLock(), lock.writeLock());
  }

  private static void assertBlocker(ThreadKind kind, Object subject, Lock wanted, Lock held) {
    Crew crew = new Crew(kind);
    held.lock();
    Worker worker =
        crew.start(() -> {
          wanted.lock();
          wanted.unlock();
        });
    Object[] seen = {null};
    Await.until("a blocker", () -> (seen[0] = LockSupport.getBlocker(worker.thread())) != null);
    held.unlock();
    crew.join();
    assertThat(Subjects.of(seen[0])).isSameAs(subject);
  }

  @ParameterizedTest
  @EnumSource(
      value = ThreadKind.class,
      names = {"PLATFORM", "VIRTUAL"})
  void blockerOfAWaitForPermitsIsTheSemaphore(ThreadKind kind) throws InterruptedException {
    SharedSemaphore semaphore = region.semaphore("permits", 1);
    semaphore.acquire();
    Crew crew = new Crew(kind);
    Worker worker =
        crew.start(() -> {
          semaphore.acquire();
          semaphore.release();
        });
    Object[] seen = {null};
    Await.until("a blocker", () -> (seen[0] = LockSupport.getBlocker(worker.thread())) != null);
    semaphore.release();
    crew.join();
    assertThat(Subjects.of(seen[0])).isSameAs(semaphore);
  }
}
