package io.pawl.locks;

import static java.util.concurrent.TimeUnit.HOURS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What RwGuarded promises beside what Guarded does. */
@ParameterizedClass
@EnumSource(ThreadKind.class)
class RwGuardedTest extends Kit {

  private final RwGuarded<long[]> guarded = new RwGuarded<>(new long[2]);

  RwGuardedTest(ThreadKind kind) {
    super(kind);
  }

  private Worker startWaiter(Worker.Task task) {
    Worker worker = crew.start(task);
    worker.awaitBlocked();
    return worker;
  }

  private static void increment(long[] pair) {
    pair[0]++;
    pair[1]++;
  }

  private void poison() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() ->
            guarded.write(_ -> {
              throw new IOException("half-way");
            }));
    assertThat(guarded.isPoisoned()).isTrue();
  }

  @SuppressWarnings("MustBeClosed") // closed through its alias
  private void assertFreeAndHealthy() {
    assertThat(guarded.isPoisoned()).isFalse();
    try (Guard<long[]> g = Objects.requireNonNull(guarded.tryWriteLock())) {
      g.done();
    }
  }

  @Test
  void readersSeeWholeWrites() {
    int rounds = 2_000;
    crew.start(
        2,
        () -> {
          for (int i = 0; i < rounds; i++) {
            guarded.run(RwGuardedTest::increment);
          }
        });
    crew.start(
        2,
        () -> {
          for (int i = 0; i < rounds; i++) {
            assertThat(guarded.<Boolean, RuntimeException>read(pair -> pair[0] == pair[1]))
                .isTrue();
          }
        });
    crew.join();
    assertThat(guarded.<Long, RuntimeException>read(pair -> pair[0])).isEqualTo(2L * rounds);
  }

  @Test
  void readersShareAndKeepWritersOut() {
    CountDownLatch read = new CountDownLatch(1);
    Worker writer;
    try (RwGuarded.ReadGuard<long[]> g = guarded.readLock()) {
      crew.start(
              () -> {
                assertThat(guarded.<Long, RuntimeException>read(pair -> pair[0])).isZero();
                read.countDown();
              })
          .join();
      assertThat(read.getCount()).isZero();
      writer = startWaiter(() -> guarded.run(RwGuardedTest::increment));
      assertThat(g.value()[0]).isZero();
    }
    writer.join();
    assertFreeAndHealthy();
  }

  @Test
  @SuppressWarnings("MustBeClosed") // closed by what it is given to
  void everyWayOfReadingGivesTheData() throws InterruptedException {
    assertReads(guarded.readLock());
    assertReads(guarded.readLockInterruptibly());
    assertReads(guarded.tryReadLock());
    assertReads(guarded.tryReadLock(1, HOURS));
    assertFreeAndHealthy();
  }

  private static void assertReads(RwGuarded.@Nullable ReadGuard<long[]> guard) {
    try (RwGuarded.ReadGuard<long[]> g = Objects.requireNonNull(guard)) {
      assertThat(g.value()).hasSize(2);
    }
  }

  @Test
  @SuppressWarnings("MustBeClosed") // closed by what it is given to
  void everyWayOfWritingGivesTheData() throws InterruptedException {
    assertWrites(guarded.writeLock());
    assertWrites(guarded.writeLockInterruptibly());
    assertWrites(guarded.tryWriteLock());
    assertWrites(guarded.tryWriteLock(1, HOURS));
    assertWrites(guarded.writeLockForced());
    assertThat(guarded.<Long, RuntimeException>read(pair -> pair[0])).isEqualTo(5);
    assertFreeAndHealthy();
  }

  private static void assertWrites(@Nullable Guard<long[]> guard) {
    try (Guard<long[]> g = Objects.requireNonNull(guard)) {
      increment(g.value());
      g.done();
    }
  }

  @Test
  void readerThatThrowsDoesNotPoison() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() ->
            guarded.read(_ -> {
              throw new IOException("only reading");
            }));
    assertFreeAndHealthy();
  }

  @Test
  void writerThatThrowsPoisonsReadersAndWriters() {
    poison();
    assertThatExceptionOfType(PoisonedException.class)
        .isThrownBy(guarded::readLock)
        .withCauseInstanceOf(IOException.class);
    assertThatExceptionOfType(PoisonedException.class).isThrownBy(guarded::readLockInterruptibly);
    assertThatExceptionOfType(PoisonedException.class).isThrownBy(guarded::tryReadLock);
    assertThatExceptionOfType(PoisonedException.class)
        .isThrownBy(() -> guarded.tryReadLock(1, HOURS));
    assertThatExceptionOfType(PoisonedException.class).isThrownBy(guarded::writeLock);
    assertThatExceptionOfType(PoisonedException.class).isThrownBy(guarded::tryWriteLock);
    guarded.clearPoison();
    assertFreeAndHealthy();
  }

  @Test
  @SuppressWarnings("MustBeClosed") // closed in the middle
  void waitingReadersFindThePoison() {
    Guard<long[]> g = guarded.writeLock();
    Worker reader =
        startWaiter(
            () -> assertThatExceptionOfType(PoisonedException.class).isThrownBy(guarded::readLock));
    g.value()[0]++;
    g.close();
    reader.join();
    guarded.clearPoison();
    assertFreeAndHealthy();
  }

  @Test
  void forcedWriterRepairsTheData() {
    poison();
    try (Guard<long[]> g = guarded.writeLockForced()) {
      g.set(new long[] {4, 4});
      guarded.clearPoison();
      g.done();
    }
    assertThat(guarded.<Long, RuntimeException>read(pair -> pair[1])).isEqualTo(4);
  }

  @Test
  void interruptEndsAWait() {
    try (Guard<long[]> _ = guarded.writeLock()) {
      Worker reader =
          startWaiter(() ->
              assertThatExceptionOfType(InterruptedException.class)
                  .isThrownBy(guarded::readLockInterruptibly));
      Worker writer =
          startWaiter(() ->
              assertThatExceptionOfType(InterruptedException.class)
                  .isThrownBy(guarded::writeLockInterruptibly));
      reader.interrupt();
      writer.interrupt();
      crew.join();
    }
    assertFreeAndHealthy();
  }

  @Test
  @SuppressWarnings("MustBeClosed") // used after it has been closed
  void closedReadGuardGivesNothingAndReleasesNobodyElse() {
    RwGuarded.ReadGuard<long[]> closed = guarded.readLock();
    try (RwGuarded.ReadGuard<long[]> _ = guarded.readLock()) {
      closed.close();
      assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(closed::value);
      assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(closed::close);
      crew.start(() -> assertThat(guarded.tryWriteLock()).isNull()).join();
    }
    assertFreeAndHealthy();
  }

  @Test
  void descriptionTellsThePoison() {
    assertThat(guarded.toString()).doesNotContain("Poisoned");
    poison();
    assertThat(guarded.toString()).contains("[Poisoned, ");
  }
}
