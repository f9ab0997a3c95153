package io.pawl.channel;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.Semaphore;
import io.pawl.locks.Mutex;
import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Victim;
import io.pawl.testing.Worker;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Selects race others for what there is: nothing is lost or doubled, and nobody sleeps on. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
@SuppressWarnings("LockNotBeforeTry") // a test that fails leaves the lock as it is
class SelectRaceTest extends Kit {

  private static final int ROUNDS = 10_000;

  private final Semaphore left = new Semaphore(0);
  private final Semaphore right = new Semaphore(0);
  private final Channel<String> front = Channel.bounded(1);
  private final Channel<String> back = Channel.bounded(1);

  SelectRaceTest(ThreadKind kind) {
    super(kind);
  }

  /** Each gives back what it has taken, so all are served in the end. */
  @Test
  void permitThatASelectHasNoUseForReachesTheOneBehind() {
    Select select = new Select();
    select.acquire(left);
    select.acquire(right);
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> {
              assertThat(left.drainPermits()).isOne();
              assertThat(right.drainPermits()).isOne();
            },
            _ -> ((Semaphore) select.await().result()).release(),
            _ -> {
              left.acquire();
              left.release();
            },
            _ -> {
              right.acquire();
              right.release();
            },
            _ -> {
              Rounds.dawdle();
              left.release();
              right.release();
            });
  }

  @Test
  void objectThatASelectHasNoUseForReachesTheOneBehind() {
    Select select = new Select();
    Select.Case<String> first = select.receive(front);
    Select.Case<String> second = select.receive(back);
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> {
              assertThat(front.tryReceive()).isEqualTo("front");
              assertThat(back.tryReceive()).isEqualTo("back");
            },
            _ -> {
              if (select.await() == first) {
                front.send(first.result());
              } else {
                back.send(second.result());
              }
            },
            _ -> front.send(front.receive()),
            _ -> back.send(back.receive()),
            _ -> {
              Rounds.dawdle();
              front.send("front");
              back.send("back");
            });
  }

  /** Two threads that wait for the same two channels, each behind the other in one of them. */
  @Test
  void selectsThatWaitForTheSameChannelsServeEachOther() {
    Select one = new Select();
    one.receive(front);
    one.receive(back);
    Select other = new Select();
    other.receive(back);
    other.receive(front);
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> assertThat(front.size() + back.size()).isZero(),
            _ -> assertThat(one.await().result()).isNotNull(),
            _ -> assertThat(other.await().result()).isNotNull(),
            _ -> front.send("front"),
            _ -> back.send("back"));
  }

  @Test
  void sendersAndReceiversThatSelectMeet() {
    Channel<Integer> wide = Channel.bounded(2);
    AtomicInteger sum = new AtomicInteger();
    int each = 2_000;
    for (int i = 0; i < 2; i++) {
      crew.start(() -> {
        Select select = new Select();
        for (int sent = 0; sent < each; sent++) {
          Select.Case<Integer> toWide = select.send(wide, sent);
          select.acquire(left); // never ready
          assertThat(select.await()).isSameAs(toWide);
          assertThat(toWide.result()).isEqualTo(sent);
        }
      });
      crew.start(() -> {
        Select select = new Select();
        Select.Case<Integer> fromWide = select.receive(wide);
        select.receive(front); // never ready
        for (int received = 0; received < each; received++) {
          assertThat(select.await()).isSameAs(fromWide);
          sum.addAndGet(fromWide.result());
        }
      });
    }
    crew.join();
    assertThat(sum.get()).isEqualTo(each * (each - 1));
    assertThat(wide.size()).isZero();
  }

  @Test
  void mutexesThatAreSelectedExclude() {
    Mutex[] mutexes = {new Mutex(), new Mutex()};
    int[] counts = new int[2];
    int each = 3_000;
    AtomicInteger all = new AtomicInteger();
    for (int i = 0; i < 4; i++) {
      boolean selects = i % 2 == 0;
      int own = i / 2;
      crew.start(() -> {
        Select select = new Select();
        Select.Case<Mutex.Held> zero = select.acquire(mutexes[0]);
        select.acquire(mutexes[1]);
        for (int round = 0; round < each; round++) {
          int index = own;
          if (selects) {
            index = select.await() == zero ? 0 : 1;
          } else {
            mutexes[index].lock();
          }
          counts[index]++;
          all.incrementAndGet();
          if (round % 16 == 0) {
            Rounds.dawdle();
          }
          mutexes[index].unlock();
        }
      });
    }
    crew.join();
    assertThat(counts[0] + counts[1]).isEqualTo(all.get()).isEqualTo(4 * each);
    for (Mutex mutex : mutexes) {
      assertThat(mutex.isLocked()).isFalse();
      assertThat(mutex.getQueueLength()).isZero();
    }
  }

  @Test
  void nothingIsLostWhenInterruptsRaceWhatComes() {
    Victim victim = new Victim();
    Mutex mutex = new Mutex();
    Select select = new Select();
    select.acquire(left);
    select.receive(front);
    select.acquire(mutex);
    int[] taken = new int[1];
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> {
              int permits = left.drainPermits();
              int objects = front.tryReceive() == null ? 0 : 1;
              assertThat(taken[0] + permits + objects).isEqualTo(2);
              taken[0] = 0;
              assertThat(mutex.isLocked()).isFalse();
            },
            _ ->
                victim.run(() -> {
                  Object result = select.await().result();
                  if (result instanceof Mutex.Held held) {
                    held.close();
                  } else {
                    taken[0] = 1;
                  }
                }),
            _ -> victim.interrupt(),
            _ -> {
              mutex.lock();
              Rounds.dawdle();
              left.release();
              front.send("front");
              mutex.unlock();
            });
  }

  @Test
  void nothingIsLostWhenTimeoutsRaceWhatComes() {
    OneShot<String> oneShot = new OneShot<>();
    Select select = new Select();
    select.acquire(left);
    select.receive(front);
    int[] taken = new int[1];
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> {
              int permits = left.drainPermits();
              int objects = front.tryReceive() == null ? 0 : 1;
              int once = oneShot.receiver().isReady() ? 1 : 0;
              assertThat(taken[0] + permits + objects + once).isEqualTo(3);
              if (once > 0) {
                assertThat(oneShot.receiver().tryReceive()).isNotNull();
              }
              oneShot.reset();
              taken[0] = 0;
            },
            _ -> {
              Select.Case<String> once = select.receive(oneShot.receiver());
              long nanos = ThreadLocalRandom.current().nextInt(60_000);
              if (select.await(nanos, NANOSECONDS) != null) {
                taken[0] = 1;
              }
              select.remove(once);
            },
            _ -> {
              Rounds.dawdle();
              left.release();
              front.send("front");
              oneShot.sender().send("once");
            });
  }

  /**
   * Newcomers take the mutex all the time; a thread behind the select has its turn all the same.
   */
  @Test
  void selectDoesNotKeepThoseBehindItFromABusyMutex() {
    Mutex mutex = new Mutex();
    boolean[] over = new boolean[1];
    mutex.lock();
    Worker selecting =
        crew.start(() -> {
          Select select = new Select();
          select.acquire(mutex);
          select.acquire(left);
          if (select.await().result() instanceof Mutex.Held held) {
            held.close();
          }
        });
    selecting.awaitBlocked();
    Worker behind =
        crew.start(() -> {
          mutex.lock();
          over[0] = true;
          mutex.unlock();
        });
    behind.awaitBlocked();
    mutex.unlock();
    for (int i = 0; i < 2; i++) {
      crew.start(() -> {
        for (boolean end = false; !end; ) {
          mutex.lock();
          end = over[0];
          Rounds.dawdle();
          mutex.unlock();
        }
      });
    }
    behind.join();
    left.release();
    crew.join();
  }
}
