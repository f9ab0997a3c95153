package io.pawl;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.pawl.testing.Kit;
import io.pawl.testing.Rounds;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Victim;
import io.pawl.testing.Worker;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What a BoundedSemaphore promises beyond a Semaphore. */
@ParameterizedClass
@MethodSource("kindsAndFairness")
class BoundedSemaphoreTest extends Kit {

  private static final int ROUNDS = 20_000;

  private final boolean fair;
  private final BoundedSemaphore semaphore;
  private int refused;

  BoundedSemaphoreTest(ThreadKind kind, boolean fair) {
    super(kind);
    this.fair = fair;
    semaphore = new BoundedSemaphore(2, 2, fair);
  }

  private Worker startWaiter(Worker.Task task) {
    Worker worker = crew.start(task);
    worker.awaitBlocked();
    return worker;
  }

  @Test
  void releaseBeyondTheMaximumThrowsAndChangesNothing() throws InterruptedException {
    assertThatIllegalStateException()
        .isThrownBy(semaphore::release)
        .withMessageContaining("1 to be released, and there are 2 of at most 2");
    semaphore.acquire();
    assertThatIllegalStateException().isThrownBy(() -> semaphore.release(2));
    assertThatIllegalStateException().isThrownBy(() -> semaphore.release(Integer.MAX_VALUE));
    assertThat(semaphore.availablePermits()).isEqualTo(1);
    semaphore.release();
    assertThat(semaphore.availablePermits()).isEqualTo(2);
    semaphore.release(0);
    assertThat(semaphore.getMaximum()).isEqualTo(2);
    assertThat(semaphore.isFair()).isEqualTo(fair);
  }

  @Test
  void releaseUpToTheMaximumServesThoseWhoWait() {
    semaphore.acquireUninterruptibly(2);
    Worker one = startWaiter(() -> semaphore.acquire());
    Worker two = startWaiter(() -> semaphore.acquire(2));
    semaphore.release();
    one.join();
    semaphore.release(2);
    two.join();
    semaphore.release(2);
    assertThatIllegalStateException().isThrownBy(semaphore::release);
  }

  @Test
  void whatCanNeverBeHadIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> semaphore.acquire(3));
    assertThatIllegalArgumentException().isThrownBy(() -> semaphore.acquireUninterruptibly(3));
    assertThatIllegalArgumentException().isThrownBy(() -> semaphore.tryAcquire(3));
    assertThatIllegalArgumentException().isThrownBy(() -> semaphore.tryAcquire(3, 1, HOURS));
    assertThatIllegalArgumentException().isThrownBy(() -> semaphore.acquire(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> semaphore.release(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> new BoundedSemaphore(0));
    assertThatIllegalArgumentException().isThrownBy(() -> new BoundedSemaphore(3, 2, fair));
    assertThat(semaphore.availablePermits()).isEqualTo(2);
  }

  @Test
  void permitsMayBeOwedToBeginWith() {
    BoundedSemaphore owing = new BoundedSemaphore(-2, 1, fair);
    owing.release(3);
    assertThat(owing.availablePermits()).isEqualTo(1);
    assertThatIllegalStateException().isThrownBy(owing::release);
    assertThat(owing.drainPermits()).isEqualTo(1);
    owing.release();
  }

  @Test
  void binarySemaphoreIsAFlagThatAnybodyPutsUp() {
    BoundedSemaphore flag = BoundedSemaphore.binary(false);
    assertThat(flag.tryAcquire()).isFalse();
    Worker waiter = startWaiter(flag::acquire);
    flag.release();
    waiter.join();
    flag.release();
    assertThatIllegalStateException().isThrownBy(flag::release);
    assertThat(BoundedSemaphore.binary(true).tryAcquire()).isTrue();
    assertThat(flag.toString()).endsWith("[Permits = 1][Maximum = 1]");
  }

  @Test
  void interruptEndsAWait() {
    semaphore.acquireUninterruptibly(2);
    Worker waiter =
        startWaiter(() ->
            assertThatExceptionOfType(InterruptedException.class).isThrownBy(semaphore::acquire));
    waiter.interrupt();
    waiter.join();
    semaphore.release(2);
  }

  @Test
  void serializationKeepsTheMaximum() throws Exception {
    semaphore.acquire();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(semaphore);
    }
    BoundedSemaphore copy;
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      copy = (BoundedSemaphore) in.readObject();
    }
    assertThat(copy.availablePermits()).isEqualTo(1);
    copy.release();
    assertThatIllegalStateException().isThrownBy(copy::release);
  }

  @Test
  void serializedSemaphoreWithMorePermitsThanThereCanBeIsRefused() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ObjectOutputStream objects = new ObjectOutputStream(out)) {
      objects.writeObject(new BoundedSemaphore(0x4a4b4c4d, 0x4a4b4c4d, fair));
    }
    byte[] forged = out.toByteArray();
    int maximum = indexOf(forged, new byte[] {0x4a, 0x4b, 0x4c, 0x4d}, 0);
    int permits = indexOf(forged, new byte[] {0x4a, 0x4b, 0x4c, 0x4d}, maximum + 1);
    for (int field : new int[] {maximum, permits}) {
      byte[] bytes = forged.clone();
      bytes[field]--; // one of them is the maximum
      try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
        BoundedSemaphore read = (BoundedSemaphore) in.readObject();
        assertThat(read.availablePermits()).isLessThanOrEqualTo(read.getMaximum());
      } catch (InvalidObjectException e) {
        assertThat(e).hasMessageContaining("permits of at most");
        refused++;
      }
    }
    assertThat(refused).isOne();
  }

  private static int indexOf(byte[] bytes, byte[] sought, int from) {
    for (int i = from; i + sought.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + sought.length, sought, 0, sought.length)) {
        return i;
      }
    }
    throw new AssertionError("Not found");
  }

  /** Nothing is leaked, and no release of what has been acquired is refused. */
  @Test
  void permitsComeBackWhoeverGivesUp() {
    AtomicInteger inside = new AtomicInteger();
    Victim victim = new Victim();
    int _ =
        Rounds.play(
            crew,
            ROUNDS,
            _ -> assertThat(semaphore.availablePermits()).isEqualTo(2),
            _ -> {
              semaphore.acquire();
              use(inside, 1);
            },
            _ -> {
              semaphore.acquireUninterruptibly(2);
              use(inside, 2);
            },
            _ -> {
              if (semaphore.tryAcquire(ThreadLocalRandom.current().nextInt(60_000), NANOSECONDS)) {
                use(inside, 1);
              }
            },
            _ -> {
              victim.run(() -> {
                semaphore.acquire(2);
                use(inside, 2);
              });
            },
            _ -> victim.interrupt());
  }

  private void use(AtomicInteger inside, int permits) {
    assertThat(inside.addAndGet(permits)).isLessThanOrEqualTo(2);
    Rounds.dawdle();
    inside.addAndGet(-permits);
    semaphore.release(permits);
  }
}
