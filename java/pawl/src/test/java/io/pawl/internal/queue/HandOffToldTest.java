package io.pawl.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.internal.park.Deadlines;
import io.pawl.observe.Contention;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.ToldWaits;
import io.pawl.testing.Worker;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What listeners are told of a lock that is to be handed over. */
@ParameterizedClass
@EnumSource
class HandOffToldTest extends Kit {

  private final ToldWaits told = new ToldWaits();
  private final Lock lock = new Lock();

  HandOffToldTest(ThreadKind kind) {
    super(kind);
  }

  @AfterEach
  void listenNoLonger() {
    boolean _ = Contention.removeListener(told);
  }

  private Worker startWaiter(int ask) {
    Worker worker =
        crew.start(() -> {
          int _ = lock.acquire(this, ask, false, Deadlines.FOREVER);
        });
    worker.awaitBlocked();
    return worker;
  }

  @Test
  void lockThatIsHandedOverIsToldToBeReleasedOnce() {
    Contention.addListener(told);
    Worker waiter = startWaiter(AcquireQueue.EXCLUSIVE);
    assertThat(lock.handOff()).isTrue();
    assertThat(told.released()).hasSize(1);
    waiter.join();
  }

  @Test
  void lockThatNobodyTakesIsToldWhenItIsFreed() {
    Contention.addListener(told);
    Worker reader = startWaiter(1);
    assertThat(lock.handOff()).isFalse();
    assertThat(told.released()).isEmpty();
    lock.free();
    assertThat(told.released()).hasSize(1);
    reader.join();
  }

  /** A lock that is held. */
  private static final class Lock extends AcquireQueue {
    private final AtomicInteger state = new AtomicInteger(1);

    void free() {
      state.set(0);
      released();
    }

    @Override
    protected boolean tryAcquire(int ask) {
      return state.compareAndSet(0, 1);
    }

    @Override
    protected boolean isAvailable(int reason) {
      return state.get() == 0;
    }

    @Override
    protected void giveBack(int ask) {
      free();
    }
  }
}
