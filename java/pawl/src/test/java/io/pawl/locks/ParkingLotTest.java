package io.pawl.locks;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.Await;
import io.pawl.testing.Crew;
import io.pawl.testing.DeepStack;
import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Victim;
import io.pawl.testing.Worker;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a parking lot promises. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class ParkingLotTest extends Kit {

  private static final int ROUNDS = 20_000;
  private static final int SPOTS = 1_000;

  private final ParkingLot lot = new ParkingLot();
  private final Object key = new Object();
  private final ParkingLot.Spot spot = lot.at(key);
  private final ParkingLot.Spot other = lot.at(key, 1);

  ParkingLotTest(ThreadKind kind) {
    super(kind);
  }

  private Worker startParked(ParkingLot.Spot at, Worker.Task task) {
    int before = at.getQueueLength();
    Worker worker = crew.start(task);
    Await.until("parked", () -> at.getQueueLength() == before + 1);
    return worker;
  }

  private Worker startParked() {
    return startParked(spot, () -> assertThat(spot.park(() -> true)).isZero());
  }

  // ---- Parking and unparking

  @Test
  void whatDoesNotHoldIsNotWaitedFor() throws InterruptedException {
    assertThat(spot.park(() -> false)).isEqualTo(ParkingLot.INVALID);
    assertThat(spot.parkInterruptibly(() -> false)).isEqualTo(ParkingLot.INVALID);
    assertThat(spot.park(() -> false, 1, HOURS)).isEqualTo(ParkingLot.INVALID);
    assertThat(spot.getQueueLength()).isZero();
  }

  @Test
  void threadsAreUnparkedInTheOrderInWhichTheyCame() {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int index = i;
      Worker _ =
          startParked(
              spot,
              () -> {
                assertThat(spot.park(() -> true)).isEqualTo(index);
                synchronized (order) {
                  order.add(index);
                }
              });
    }
    for (int i = 0; i < 8; i++) {
      int index = i;
      assertThat(
              spot.unparkOne((found, more) -> {
                assertThat(found).isTrue();
                assertThat(more).isEqualTo(index < 7);
                return index;
              }))
          .isTrue();
      Await.until("one more", () -> sizeOf(order) == index + 1);
    }
    crew.join();
    assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    assertThat(
            spot.unparkOne((found, more) -> {
              assertThat(found).isFalse();
              assertThat(more).isFalse();
              return 0;
            }))
        .isFalse();
  }

  private static int sizeOf(List<Integer> list) {
    synchronized (list) {
      return list.size();
    }
  }

  @Test
  void unparkReachesNobodyElse() {
    Worker here = startParked();
    Worker there = startParked(other, () -> assertThat(other.park(() -> true)).isZero());
    assertThat(lot.at(new Object()).unparkOne()).isFalse();
    assertThat(new ParkingLot().at(key).unparkOne()).isFalse();
    assertThat(lot.at(key, 2).unparkAll()).isZero();
    assertThat(spot.getQueueLength()).isEqualTo(1);
    assertThat(lot.at(key, 1).unparkOne()).isTrue();
    there.join();
    assertThat(here.isDone()).isFalse();
    assertThat(lot.at(key).unparkOne()).isTrue();
    here.join();
  }

  @Test
  void keysAreToldByIdentity() {
    String equal = new String("key".toCharArray());
    ParkingLot.Spot at = lot.at("key");
    Worker waiter = startParked(at, () -> assertThat(at.park(() -> true)).isZero());
    assertThat(lot.at(equal).unparkOne()).isFalse();
    assertThat(lot.at("key").unparkOne()).isTrue();
    waiter.join();
  }

  @Test
  void byteOfMemoryIsOneSpotThroughWhateverSegment() {
    MemorySegment memory = Arena.ofAuto().allocate(16);
    ParkingLot.Spot at = lot.at(memory, 5);
    Worker waiter = startParked(at, () -> assertThat(at.park(() -> true)).isZero());
    assertThat(lot.at(memory.asSlice(4), 0).unparkOne()).isFalse();
    assertThat(lot.at(memory.asSlice(4), 1).unparkOne()).isTrue();
    waiter.join();
    byte[] array = new byte[16];
    ParkingLot.Spot element = lot.at(array, 5);
    Worker another = startParked(element, () -> assertThat(element.park(() -> true)).isZero());
    assertThat(lot.at(MemorySegment.ofArray(array).asSlice(2), 3).unparkOne()).isTrue();
    another.join();
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> lot.at(MemorySegment.ofArray(array).asReadOnly(), 0));
  }

  @Test
  void segmentThatDoesNotTellItsBytesIsRefused() {
    Object segment = Arena.ofAuto().allocate(16);
    assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> lot.at(segment));
    assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> lot.at(segment, 5));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> lot.at(MemorySegment.ofArray(new int[4]), 4));
  }

  /** So many that buckets of the lot hold several. */
  @Test
  void eachOfManySpotsIsUnparkedOnItsOwn() {
    List<ParkingLot.Spot> spots = new ArrayList<>();
    List<Worker> workers = new ArrayList<>();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < SPOTS; i++) {
      int index = i;
      ParkingLot.Spot own = lot.at(new Object());
      spots.add(own);
      workers.add(crew.start(() -> assertThat(own.park(() -> true)).isEqualTo(index)));
      order.add(index);
    }
    for (ParkingLot.Spot own : spots) {
      Await.until("parked", () -> own.getQueueLength() == 1);
    }
    Collections.shuffle(order, ThreadLocalRandom.current());
    for (int index : order) {
      ParkingLot.Spot own = spots.get(index);
      assertThat(own.unparkOne((_, more) -> more ? SPOTS : index)).isTrue();
      workers.get(index).join();
      assertThat(own.getQueueLength()).isZero();
    }
  }

  @Test
  void unparkAllWakesAll() {
    for (int i = 0; i < 6; i++) {
      Worker _ = startParked();
    }
    assertThat(spot.unparkAll()).isEqualTo(6);
    crew.join();
    assertThat(spot.unparkAll()).isZero();
  }

  @Test
  void waiterShowsItsKey() {
    Worker waiter = crew.start(() -> assertThat(spot.park(() -> true)).isZero());
    Await.until("the blocker", () -> LockSupport.getBlocker(waiter.thread()) == key);
    assertThat(spot.unparkOne()).isTrue();
    waiter.join();
  }

  // ---- Giving up

  @Test
  void timeoutIsNeverEarlyAndLeavesNothing() {
    for (long micros : new long[] {-1, 0, 1, 1_000, 10_000}) {
      crew.start(
              () -> {
                long start = System.nanoTime();
                assertThat(spot.park(() -> true, micros, MICROSECONDS))
                    .isEqualTo(ParkingLot.TIMED_OUT);
                assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(micros * 1_000);
              })
          .join();
    }
    assertThat(spot.unparkOne()).isFalse();
  }

  @Test
  void interruptEndsOnlyInterruptibleWaits() {
    Worker deaf =
        startParked(
            spot,
            () -> {
              assertThat(spot.park(() -> true, 1, HOURS)).isZero();
              assertThat(Thread.interrupted()).isTrue();
            });
    Worker hearing =
        startParked(
            spot,
            () -> {
              assertThatExceptionOfType(InterruptedException.class)
                  .isThrownBy(() -> spot.parkInterruptibly(() -> true));
              assertThat(Thread.currentThread().isInterrupted()).isFalse();
            });
    deaf.interrupt();
    hearing.interrupt();
    hearing.join();
    assertThat(spot.getQueueLength()).isEqualTo(1);
    assertThat(spot.unparkOne()).isTrue();
    deaf.join();
  }

  @Test
  void interruptedThreadValidatesAndSaysSo() {
    AtomicInteger asked = new AtomicInteger();
    crew.start(
            () -> {
              Thread.currentThread().interrupt();
              assertThatExceptionOfType(InterruptedException.class)
                  .isThrownBy(() -> spot.parkInterruptibly(() -> asked.incrementAndGet() > 0));
            })
        .join();
    assertThat(asked.get()).isEqualTo(1);
    assertThat(spot.getQueueLength()).isZero();
  }

  // ---- Functions that fail

  /** A validation that does something before the thread sleeps. */
  private record Sleepy(Runnable action) implements ParkingLot.Validation {
    @Override
    public boolean validate() {
      return true;
    }

    @Override
    public void beforeSleep() {
      action.run();
    }
  }

  @Test
  void threadCanBeUnparkedBeforeItSleeps() {
    Sleepy selfWaking = new Sleepy(() -> assertThat(spot.unparkOne((_, _) -> 7)).isTrue());
    assertThat(spot.park(selfWaking)).isEqualTo(7);
  }

  @Test
  void whatIsThrownBeforeTheSleepEndsTheWait() {
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() ->
            spot.park(
                new Sleepy(() -> {
                  throw new ArithmeticException("for the test");
                })));
    assertThat(spot.getQueueLength()).isZero();
  }

  @Test
  void wakeOfAThreadThatFailsIsPassedOn() {
    AtomicBoolean parked = new AtomicBoolean();
    Worker failing =
        crew.start(() ->
            assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() ->
                    spot.park(
                        new Sleepy(() -> {
                          Await.until("another", parked::get);
                          assertThat(spot.unparkOne((_, _) -> 7)).isTrue();
                          throw new ArithmeticException("for the test");
                        }))));
    Await.until("listed", () -> spot.getQueueLength() == 1);
    Worker next = startParked(spot, () -> assertThat(spot.park(() -> true)).isEqualTo(7));
    parked.set(true);
    failing.join();
    next.join();
  }

  /** The thread behind is moved there once the failing one is listed, whose wake it then gets. */
  @Test
  @Tag(DeepStack.TAG)
  void wakeOfAThreadThatFailsNearTheEndOfTheStackIsPassedOn() {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger woken = new AtomicInteger();
    AtomicInteger given = new AtomicInteger();
    Worker next =
        crew.start(() -> {
          while (!stop.get()) {
            if (other.park(() -> !stop.get()) == 7) {
              woken.incrementAndGet();
            }
          }
        });
    AtomicInteger asked = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    Worker unparker =
        new Crew(ThreadKind.PLATFORM)
            .start(() -> {
              while (!stop.get()) {
                if (asked.get() == done.get()) {
                  Thread.onSpinWait();
                } else {
                  int _ = other.requeue(spot, () -> ParkingLot.Requeue.MOVE_ALL);
                  if (spot.unparkOne((_, _) -> 7)) {
                    given.incrementAndGet();
                  }
                  done.set(asked.get());
                }
              }
            });
    Sleepy failing =
        new Sleepy(() -> {
          int turn = asked.incrementAndGet();
          while (done.get() != turn) {
            Thread.onSpinWait();
          }
          throw new ArithmeticException("for the test");
        });
    Worker.Task operation =
        () -> {
          while (other.getQueueLength() + spot.getQueueLength() == 0) {
            Thread.onSpinWait();
          }
          try {
            int _ = spot.park(failing);
          } catch (ArithmeticException _) {
            // Thrown above.
          }
        };
    DeepStack.overflow(operation, () -> {});
    assertThat(given.get()).isPositive();
    Await.until("no wake is lost", () -> woken.get() == given.get());
    stop.set(true);
    int _ = spot.unparkAll() + other.unparkAll();
    next.join();
    unparker.join();
  }

  @Test
  void validationThatFailsLeavesTheSpotInOrder() {
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() ->
            spot.park(() -> {
              throw new ArithmeticException("for the test");
            }));
    Worker waiter = startParked();
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() ->
            spot.unparkOne((_, _) -> {
              throw new ArithmeticException("for the test");
            }));
    waiter.join();
    Worker another = startParked();
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> spot.unparkOne((_, _) -> -1));
    another.join();
    assertThat(spot.getQueueLength()).isZero();
  }

  // ---- Requeueing

  @Test
  void requeueWakesTheFirstAndMovesTheOthersInOrder() {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int index = i;
      Worker _ =
          startParked(
              spot,
              () -> {
                assertThat(spot.park(() -> true)).isZero();
                synchronized (order) {
                  order.add(index);
                }
              });
    }
    assertThat(spot.requeue(other, () -> ParkingLot.Requeue.NOTHING)).isZero();
    assertThat(spot.getQueueLength()).isEqualTo(4);
    assertThat(spot.requeue(other, () -> ParkingLot.Requeue.UNPARK_ONE_MOVE_REST)).isEqualTo(4);
    assertThat(spot.getQueueLength()).isZero();
    assertThat(other.getQueueLength()).isEqualTo(3);
    for (int i = 1; i <= 4; i++) {
      int woken = i;
      Await.until("in order", () -> sizeOf(order) == woken);
      assertThat(other.unparkOne()).isEqualTo(i < 4);
    }
    crew.join();
    assertThat(order).containsExactly(0, 1, 2, 3);
  }

  @Test
  void requeueMovesAsManyAsItIsTold() {
    for (int i = 0; i < 4; i++) {
      Worker _ = startParked();
    }
    assertThat(spot.requeue(other, () -> ParkingLot.Requeue.MOVE_ONE)).isEqualTo(1);
    assertThat(spot.requeue(other, () -> ParkingLot.Requeue.UNPARK_ONE)).isEqualTo(1);
    assertThat(spot.getQueueLength()).isEqualTo(2);
    assertThat(other.getQueueLength()).isEqualTo(1);
    assertThat(spot.requeue(other, () -> ParkingLot.Requeue.MOVE_ALL)).isEqualTo(2);
    assertThat(other.unparkAll()).isEqualTo(3);
    crew.join();
  }

  @Test
  void movedThreadsCanGiveUp() {
    Worker waiter =
        startParked(
            spot,
            () ->
                assertThatExceptionOfType(InterruptedException.class)
                    .isThrownBy(() -> spot.parkInterruptibly(() -> true)));
    assertThat(spot.requeue(other, () -> ParkingLot.Requeue.MOVE_ALL)).isEqualTo(1);
    waiter.interrupt();
    waiter.join();
    assertThat(other.getQueueLength()).isZero();
  }

  @Test
  void requeueNeedsAnotherSpotOfTheSameLot() {
    for (ParkingLot.Spot bad : List.of(spot, lot.at(key), new ParkingLot().at(key, 1))) {
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> spot.requeue(bad, () -> ParkingLot.Requeue.MOVE_ALL));
    }
  }

  // ---- Races

  /** ParkingTable, I1: each unpark that has found somebody ends one wait. */
  @Test
  void noUnparkIsLostWhenTimeoutsAndRequeuesRaceIt() {
    AtomicInteger unparked = new AtomicInteger();
    AtomicInteger woken = new AtomicInteger();
    Rounds.Part parks =
        _ -> {
          long nanos = ThreadLocalRandom.current().nextInt(60_000);
          if (spot.park(() -> true, nanos, NANOSECONDS) == 0) {
            woken.incrementAndGet();
          }
        };
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            round -> {
              assertThat(woken.get()).as("round %d", round).isEqualTo(unparked.get());
              assertThat(spot.getQueueLength() + other.getQueueLength()).isZero();
            },
            parks,
            parks,
            _ -> {
              Rounds.dawdle();
              if (spot.unparkOne()) {
                unparked.incrementAndGet();
              }
              if (other.unparkOne()) {
                unparked.incrementAndGet();
              }
            },
            _ -> {
              Rounds.dawdle();
              int _ = spot.requeue(other, () -> ParkingLot.Requeue.MOVE_ALL);
              int _ = other.requeue(spot, () -> ParkingLot.Requeue.MOVE_ONE);
            });
  }

  @Test
  void noInterruptIsLostWhenItRacesAnUnpark() {
    Victim victim = new Victim();
    AtomicBoolean open = new AtomicBoolean();
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> open.set(false),
            _ ->
                victim.run(
                    () -> assertThat(spot.parkInterruptibly(() -> !open.get())).isLessThan(1)),
            _ -> {
              Rounds.dawdle();
              open.set(true);
              boolean _ = spot.unparkOne();
            },
            _ -> victim.interrupt());
  }

  /** Plain state, changed before the unpark: who has seen it as it was is woken. */
  @Test
  void noWakeIsLostThoughTheStateIsPlain() {
    boolean[] open = new boolean[1];
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> open[0] = false,
            _ -> {
              int result = spot.park(() -> !open[0]);
              assertThat(result).isLessThan(1);
              assertThat(open[0]).isTrue();
            },
            _ -> {
              Rounds.dawdle();
              open[0] = true;
              boolean _ = spot.unparkOne();
            });
  }
}
