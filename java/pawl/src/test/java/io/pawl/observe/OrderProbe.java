package io.pawl.observe;

import io.pawl.locks.ByteLock;
import io.pawl.locks.FairMutex;
import io.pawl.locks.Guarded;
import io.pawl.locks.KeyedLock;
import io.pawl.locks.Mutex;
import io.pawl.locks.ReentrantLock;
import io.pawl.locks.ReentrantReadWriteLock;
import io.pawl.locks.RwGuarded;
import io.pawl.locks.RwLock;
import io.pawl.locks.SeqLock;
import io.pawl.locks.SpinLock;
import io.pawl.locks.StampedLock;
import io.pawl.locks.StripedLocks;
import io.pawl.locks.UpgradableReadLock;
import java.lang.invoke.MethodHandles;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/** What {@link LockOrderTest} has done in a JVM of its own, in which the order is watched. */
@SuppressWarnings({"LockNotBeforeTry", "WaitNotInLoop", "MustBeClosedChecker"}) // it fails or ends
final class OrderProbe {

  private static final int MANY = 1_000_000;

  private OrderProbe() {}

  /**
   * Takes locks as told and prints how many inversions were found.
   *
   * @param args the name of a method below
   */
  public static void main(String[] args) throws Exception {
    OrderProbe.class.getDeclaredMethod(args[0]).invoke(null);
    System.out.println("inversions " + LockOrder.inversions());
  }

  private static void nest(Lock outer, Lock inner) {
    outer.lock();
    try {
      inner.lock();
      inner.unlock();
    } finally {
      outer.unlock();
    }
  }

  private static void elsewhere(Thread.Builder kind, String name, Runnable body)
      throws InterruptedException {
    kind.name(name).start(body).join();
  }

  private static Lock named(String name) {
    return Names.name(new Mutex(), name);
  }

  // ---- Classes

  static void names() throws InterruptedException {
    elsewhere(Thread.ofPlatform(), "first", OrderProbe::sellThenBook);
    bookThenSell();
    bookThenSell();
  }

  static void virtualThreads() throws InterruptedException {
    elsewhere(Thread.ofVirtual(), "first", OrderProbe::sellThenBook);
    elsewhere(Thread.ofVirtual(), "second", OrderProbe::bookThenSell);
  }

  private static void sellThenBook() {
    nest(named("sales"), named("books"));
  }

  private static void bookThenSell() {
    nest(named("books"), named("sales"));
  }

  static void places() {
    nest(left(), right());
    nest(left(), right());
    nest(right(), left());
  }

  private static Lock left() {
    return new ReentrantLock();
  }

  private static Lock right() {
    return new ReentrantLock();
  }

  static void pairOfOneClass() {
    Lock one = left();
    Lock two = left();
    nest(one, two);
    nest(one, two);
    System.out.println(LockOrder.inversions());
    nest(two, one);
  }

  static void allowedPairOfOneClass() {
    Lock one = left();
    Lock two = left();
    LockOrder.allow(one, two);
    nest(one, two);
    nest(two, one);
  }

  static void circleOfThree() {
    nest(named("a"), named("b"));
    nest(named("b"), named("c"));
    System.out.println(LockOrder.inversions());
    nest(named("c"), named("a"));
  }

  static void allowedByName() {
    LockOrder.allow("sales", "books");
    sellThenBook();
    bookThenSell();
  }

  static void allowedByLock() {
    Lock one = left();
    Lock two = right();
    nest(one, two);
    LockOrder.allow(two, one);
    nest(two, one);
  }

  static void allowingEndsInversions() {
    nest(named("a"), named("b"));
    nest(named("b"), named("a"));
    nest(named("c"), named("d"));
    nest(named("d"), named("c"));
    System.out.println(LockOrder.inversions());
    LockOrder.allow("a", "b");
    LockOrder.allow("x", "y");
    nest(named("d"), named("c"));
  }

  /** The order b, a is an inversion until a, x, b is allowed; then c closes a circle with it. */
  static void whatWasAnInversionCounts() {
    nest(named("a"), named("x"));
    nest(named("x"), named("b"));
    nest(named("b"), named("a"));
    System.out.println(LockOrder.inversions());
    LockOrder.allow("x", "b");
    nest(named("a"), named("b"));
  }

  static void renamedWhileHeld() {
    ReentrantLock a = Names.name(new ReentrantLock(), "a");
    a.lock();
    Names.name(a, "other");
    Lock b = named("b");
    nest(b, a);
    a.unlock();
  }

  // ---- What counts

  static void triesHaveNoOrder() throws InterruptedException {
    Lock a = named("a");
    Lock b = named("b");
    nest(a, b);
    b.lock();
    System.out.println(a.tryLock() && a instanceof Mutex);
    a.unlock();
    System.out.println(a.tryLock(1, TimeUnit.SECONDS));
    a.unlock();
    b.unlock();
  }

  static void whatWasTriedIsHeld() {
    Lock a = named("a");
    Lock b = named("b");
    System.out.println(a.tryLock());
    b.lock();
    b.unlock();
    a.unlock();
    nest(b, a);
  }

  static void whatWasTriedInVainIsNotHeld() throws InterruptedException {
    Lock a = named("a");
    Lock b = named("b");
    a.lock();
    elsewhere(
        Thread.ofPlatform(),
        "other",
        () -> {
          System.out.println(a.tryLock());
          b.lock();
          b.unlock();
        });
    a.unlock();
    nest(b, a);
  }

  static void timedWithoutEnd() throws InterruptedException {
    Lock a = named("a");
    Lock b = named("b");
    nest(a, b);
    b.lock();
    System.out.println(a.tryLock(Long.MAX_VALUE, TimeUnit.NANOSECONDS));
    a.unlock();
    b.unlock();
  }

  static void interruptible() throws InterruptedException {
    Lock a = named("a");
    Lock b = named("b");
    nest(a, b);
    b.lock();
    a.lockInterruptibly();
    a.unlock();
    b.unlock();
  }

  static void reentrancy() {
    Lock a = Names.name(new ReentrantLock(), "a");
    Lock b = named("b");
    a.lock();
    nest(b, a);
    a.unlock();
  }

  static void reentrantReads() {
    ReentrantReadWriteLock both = Names.name(new ReentrantReadWriteLock(), "both");
    Lock b = named("b");
    both.writeLock().lock();
    both.readLock().lock();
    both.writeLock().unlock();
    nest(b, both.readLock());
    both.readLock().unlock();
    System.out.println(LockOrder.inversions());
    nest(b, both.readLock());
  }

  static void outOfOrder() {
    Lock a = named("a");
    Lock b = named("b");
    Lock c = named("c");
    LockOrder.allow("a", "b"); // or a comes before c by way of b
    a.lock();
    b.lock();
    a.unlock();
    c.lock();
    b.unlock();
    c.unlock();
    nest(c, a);
    System.out.println(LockOrder.inversions());
    nest(c, b);
  }

  static void releasedByAnother() throws InterruptedException {
    StampedLock stamped = Names.name(new StampedLock(), "stamped");
    Lock b = named("b");
    long stamp = stamped.writeLock();
    elsewhere(Thread.ofPlatform(), "other", () -> stamped.unlockWrite(stamp));
    b.lock();
    b.unlock();
    elsewhere(Thread.ofPlatform(), "third", () -> nest(b, stamped.asWriteLock()));
  }

  static void conditions() throws InterruptedException {
    Mutex a = Names.name(new Mutex(), "a");
    Lock b = named("b");
    var condition = a.newCondition();
    a.lock();
    System.out.println(condition.await(1, TimeUnit.MILLISECONDS));
    b.lock();
    b.unlock();
    a.unlock();
    nest(b, a);
  }

  static void conditionOfOuterLock() throws InterruptedException {
    Mutex a = Names.name(new Mutex(), "a");
    Lock b = named("b");
    var condition = a.newCondition();
    a.lock();
    b.lock();
    System.out.println(condition.await(1, TimeUnit.MILLISECONDS));
    b.unlock();
    a.unlock();
  }

  static void upgradeAfterAnother() {
    RwLock lock = Names.name(new RwLock(), "lock");
    UpgradableReadLock upgradable = lock.upgradableReadLock();
    Lock b = named("b");
    upgradable.lock();
    b.lock();
    upgradable.upgrade();
    b.unlock();
    upgradable.unlock();
  }

  // ---- Kinds of locks

  /** Some way to lock something. */
  private interface Way {
    AutoCloseable lock() throws Exception;
  }

  private static Way way(Lock lock) {
    return () -> {
      lock.lock();
      return lock::unlock;
    };
  }

  @SuppressWarnings("UnusedVariable") // it is a lock
  private volatile byte bits;

  @SuppressWarnings("UnusedVariable") // the same
  private volatile byte more;

  private static ByteLock<OrderProbe> byteLock(String field) throws ReflectiveOperationException {
    return ByteLock.ofField(
        OrderProbe.class,
        MethodHandles.lookup().findVarHandle(OrderProbe.class, field, byte.class));
  }

  static void fieldsOfOneObject() throws ReflectiveOperationException {
    OrderProbe probe = new OrderProbe();
    nest(byteLock("bits"), byteLock("more"), probe);
    System.out.println(LockOrder.inversions());
    nest(byteLock("more"), byteLock("bits"), probe);
  }

  private static void nest(
      ByteLock<OrderProbe> outer, ByteLock<OrderProbe> inner, OrderProbe probe) {
    outer.lock(probe);
    inner.lock(probe);
    inner.unlock(probe);
    outer.unlock(probe);
  }

  private static void eachKind(boolean inverse) throws Exception {
    RwLock rw = new RwLock();
    RwLock reading = new RwLock();
    for (int i = 0; i < 100; i++) {
      nest(reading.readLock(), left()); // until there are slots
    }
    ReentrantReadWriteLock rrw = new ReentrantReadWriteLock();
    ReentrantReadWriteLock rreading = new ReentrantReadWriteLock(true);
    StampedLock stamped = new StampedLock();
    StampedLock views = new StampedLock();
    StampedLock converted = new StampedLock();
    KeyedLock<String> keyed = new KeyedLock<>();
    SeqLock seq = new SeqLock();
    Guarded<String> guarded = new Guarded<>("");
    RwGuarded<String> rwGuarded = new RwGuarded<>("");
    ByteLock<OrderProbe> bytes = byteLock("bits");
    OrderProbe probe = new OrderProbe();
    StripedLocks<Mutex> stripes = new StripedLocks<>(4, Mutex::new);
    Way[] ways = {
      way(new Mutex()),
      way(new FairMutex()),
      way(new ReentrantLock()),
      way(new ReentrantLock(true)),
      way(new SpinLock()),
      way(rw.writeLock()),
      way(reading.readLock()),
      way(new RwLock().upgradableReadLock()),
      way(rrw.writeLock()),
      way(rreading.readLock()),
      way(views.asReadLock()),
      way(new StampedLock().asWriteLock()),
      () -> {
        long stamp = stamped.readLock();
        return () -> stamped.unlock(stamp);
      },
      () -> {
        long stamp = converted.tryConvertToReadLock(converted.writeLockInterruptibly());
        return () -> converted.tryConvertToOptimisticRead(stamp);
      },
      () -> keyed.acquire("key"),
      way(seq.writeLock()),
      guarded::lock,
      rwGuarded::readLock,
      () -> {
        bytes.lock(probe);
        return () -> bytes.unlock(probe);
      },
      way(stripes.get("key")),
    };
    for (int i = 0; i < ways.length; i++) {
      Lock other = named("other" + i);
      if (inverse) {
        try (var _ = ways[i].lock()) {
          other.lock();
          other.unlock();
        }
      } else {
        ways[i].lock().close();
        other.lock();
        other.unlock();
      }
      long before = LockOrder.inversions();
      other.lock();
      ways[i].lock().close();
      other.unlock();
      if (LockOrder.inversions() != before + (inverse ? 1 : 0)) {
        System.out.println("way " + i);
      }
    }
    System.out.println(LockOrder.inversions() == (inverse ? ways.length : 0));
  }

  static void eachKindInverse() throws Exception {
    eachKind(true);
  }

  static void eachKindReleased() throws Exception {
    eachKind(false);
  }

  // ---- Throwing

  static void thrownBeforeTheLockIsTaken() {
    Mutex a = Names.name(new Mutex(), "a");
    Mutex b = Names.name(new Mutex(), "b");
    nest(a, b);
    for (int i = 0; i < 2; i++) {
      b.lock();
      try {
        a.lock();
        System.out.println("locked");
      } catch (LockOrderException e) {
        System.out.println(a.isLocked() + " " + e.getMessage());
        System.out.println(
            has(e, "thrownBeforeTheLockIsTaken")
                + " "
                + has(Objects.requireNonNull(e.getCause()), "nest"));
      } finally {
        b.unlock();
      }
    }
    nest(a, b);
  }

  static void thrownByLocksWithoutOwner() {
    StampedLock a = Names.name(new StampedLock(), "a");
    RwLock b = Names.name(new RwLock(), "b");
    Lock c = named("c");
    nest(a.asWriteLock(), b.readLock());
    nest(b.readLock(), c);
    b.readLock().lock();
    try {
      long _ = a.writeLock();
    } catch (LockOrderException e) {
      System.out.println(a.isWriteLocked());
    }
    b.readLock().unlock();
    nest(a.asReadLock(), c);
  }

  private static boolean has(Throwable thrown, String method) {
    for (StackTraceElement frame : thrown.getStackTrace()) {
      if (frame.getMethodName().equals(method)) {
        return true;
      }
    }
    return false;
  }

  // ---- Memory

  static void aMillionLocks() {
    Mutex[] locks = new Mutex[MANY];
    for (int i = 0; i < MANY; i++) {
      locks[i] = new Mutex();
      if (i % 64 == 1) {
        nest(locks[i], locks[i / 2]);
      }
    }
    System.out.println(locks.length);
  }

  static void aMillionNames() {
    Lock all = named("all");
    for (int i = 0; i < MANY; i++) {
      nest(all, named("lock " + i));
    }
    System.out.println(MANY);
  }

  /** More orders than there is room for, then, twice, one against them. */
  static void manyOrders() {
    int names = 130;
    for (int i = 0; i < names; i++) {
      for (int j = i + 1; j < names; j++) {
        nest(named("lock " + i), named("lock " + j));
      }
    }
    nest(named("lock " + (names - 1)), named("lock 0"));
    nest(named("lock " + (names - 1)), named("lock 0"));
    System.out.println(names);
  }
}
