package io.pawl.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pawl.kit.Limit;
import io.pawl.testing.Await;
import io.pawl.testing.Crew;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Three threads of SCHED_FIFO on one processor: the least urgent holds a lock, the most urgent
 * waits for it, and the one between computes.
 */
@EnabledOnOs(OS.LINUX)
@Limit(30)
class PriorityInheritanceTest {

  private static final int CPU = 0;
  private static final int ELSEWHERE = 1;

  /** For how long the thread between computes, unless the most urgent one gets on meanwhile. */
  private static final long COMPUTES_NANOS = 400_000_000;

  /** For how long the owner lets the thread between come, which does not if it runs first. */
  private static final long SECTION_NANOS = 50_000_000;

  private final Crew crew = new Crew(ThreadKind.PLATFORM);
  private volatile boolean between;
  private volatile boolean go;
  private volatile boolean ready;
  private volatile boolean urgentIsIn;
  private volatile boolean inverted;

  @BeforeEach
  void mayBeUrgent() {
    assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "one processor");
    crew.start(
            () -> {
              boolean allowed = RealTime.pin(ELSEWHERE) && RealTime.pin(CPU) && RealTime.enter(1);
              RealTime.leave();
              ready = allowed;
            })
        .join();
    assumeTrue(ready, "the system does not let this process have threads of SCHED_FIFO");
    ready = false;
  }

  @Test
  void urgentThreadWaitsNoLongerThanTheSectionOfTheOwner() {
    assertThat(isInverted(new PiMutex())).isFalse();
  }

  /** Without it the test above would prove nothing. */
  @Test
  void withoutInheritanceTheUrgentThreadWaitsForOneThatHasNothingToDoWithTheLock() {
    assertThat(isInverted(new OsMutex())).isTrue();
  }

  private boolean isInverted(Lock lock) {
    Worker owner = crew.start(() -> holdTheLock(lock));
    Await.until("the lock is held", () -> ready);
    Worker urgent = crew.start(() -> waitForTheLock(lock));
    urgent.awaitBlocked();
    ready = false;
    Worker middling = crew.start(this::compute);
    Await.until("the thread between is ready", () -> ready);
    go = true;
    owner.join();
    urgent.join();
    middling.join();
    return inverted;
  }

  @SuppressWarnings("LockNotBeforeTry")
  private void holdTheLock(Lock lock) {
    assertThat(RealTime.pin(CPU) && RealTime.enter(1)).isTrue();
    lock.lock();
    ready = true;
    while (!go) {
      Thread.onSpinWait();
    }
    long start = System.nanoTime();
    while (!between && System.nanoTime() - start < SECTION_NANOS) {
      Thread.onSpinWait();
    }
    lock.unlock();
    RealTime.leave();
  }

  @SuppressWarnings("LockNotBeforeTry")
  private void waitForTheLock(Lock lock) {
    assertThat(RealTime.pin(CPU) && RealTime.enter(3)).isTrue();
    lock.lock();
    urgentIsIn = true;
    lock.unlock();
    RealTime.leave();
  }

  private void compute() {
    assertThat(RealTime.pin(ELSEWHERE) && RealTime.enter(2)).isTrue();
    ready = true;
    while (!go) {
      Thread.onSpinWait();
    }
    assertThat(RealTime.pin(CPU)).isTrue();
    between = true;
    long start = System.nanoTime();
    while (!urgentIsIn && System.nanoTime() - start < COMPUTES_NANOS) {
      Thread.onSpinWait();
    }
    inverted = !urgentIsIn;
    RealTime.leave();
  }
}
