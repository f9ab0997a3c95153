package io.pawl.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a thread that parks shows as its blocker. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class LockSupportBlockerTest extends Kit {

  private final Object blocker = new Object();
  private volatile int phase;

  LockSupportBlockerTest(ThreadKind kind) {
    super(kind);
  }

  @Test
  void blockerIsShownWhileTheThreadIsParkedAndNotAfterwards() {
    Worker worker =
        crew.start(() -> {
          while (phase == 0) {
            LockSupport.parkNanos(blocker, Long.MAX_VALUE);
          }
          assertThat(LockSupport.getBlocker(Thread.currentThread())).isNull();
          Parks.inEveryWay(blocker, Parks::unparkSelf);
          assertThat(LockSupport.getBlocker(Thread.currentThread())).isNull();
        });
    worker.awaitBlocked();
    assertThat(LockSupport.getBlocker(worker.thread())).isSameAs(blocker);
    assertThat(java.util.concurrent.locks.LockSupport.getBlocker(worker.thread()))
        .isSameAs(blocker);
    phase = 1;
    LockSupport.unpark(worker.thread());
    worker.join();
  }

  @Test
  void blockerSetBeforehandIsShownAndStaysWhereNoneIsGiven() {
    for (LongConsumer park : new LongConsumer[] {LockSupport::parkNanos, _ -> LockSupport.park()}) {
      phase = 0;
      Worker worker =
          crew.start(() -> {
            LockSupport.setCurrentBlocker(blocker);
            while (phase == 0) {
              park.accept(Long.MAX_VALUE);
            }
            LockSupport.parkUntil(System.currentTimeMillis() + 2);
            LockSupport.parkUntil(0);
            LockSupport.parkNanos(1_000);
            assertThat(LockSupport.getBlocker(Thread.currentThread())).isSameAs(blocker);
            LockSupport.setCurrentBlocker(null);
            assertThat(LockSupport.getBlocker(Thread.currentThread())).isNull();
          });
      worker.awaitBlocked();
      assertThat(LockSupport.getBlocker(worker.thread())).isSameAs(blocker);
      phase = 1;
      LockSupport.unpark(worker.thread());
      worker.join();
    }
  }

  @Test
  void parkWithABlockerDoesNotRestoreTheOneSetBefore() {
    crew.start(
        2,
        () -> {
          LockSupport.setCurrentBlocker(this);
          LockSupport.parkNanos(blocker, 1_000);
          assertThat(LockSupport.getBlocker(Thread.currentThread())).isNull();
          LockSupport.setCurrentBlocker(this);
          LockSupport.parkUntil(blocker, 0);
          assertThat(LockSupport.getBlocker(Thread.currentThread())).isNull();
          LockSupport.setCurrentBlocker(this);
          Parks.unparkSelf();
          LockSupport.park(null);
          assertThat(LockSupport.getBlocker(Thread.currentThread())).isNull();
        });
    crew.join();
  }
}
