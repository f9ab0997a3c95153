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
import java.lang.invoke.MethodHandles;
import java.util.Objects;
import java.util.concurrent.locks.Lock;

/** Every kind of lock in the order of locks, inversions that are thrown, and many locks. */
@SuppressWarnings({"LockNotBeforeTry", "MustBeClosedChecker"}) // it fails or ends
final class OrderOfKinds {

  private static final int MANY = 1_000_000;

  private OrderOfKinds() {}

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

  private static ByteLock<OrderOfKinds> byteLock(String field) throws ReflectiveOperationException {
    return ByteLock.ofField(
        OrderOfKinds.class,
        MethodHandles.lookup().findVarHandle(OrderOfKinds.class, field, byte.class));
  }

  static void fieldsOfOneObject() throws ReflectiveOperationException {
    OrderOfKinds probe = new OrderOfKinds();
    nest(byteLock("bits"), byteLock("more"), probe);
    System.out.println(LockOrder.inversions());
    nest(byteLock("more"), byteLock("bits"), probe);
  }

  /** The fields are of two classes, in which the objects stand in opposite orders. */
  static void fieldsOfTwoObjects() throws ReflectiveOperationException {
    OrderOfKinds one = new OrderOfKinds();
    OrderOfKinds two = new OrderOfKinds();
    ByteLock<OrderOfKinds> bits = byteLock("bits");
    ByteLock<OrderOfKinds> more = byteLock("more");
    nest(bits, one, two);
    nest(more, two, one);
    System.out.println(LockOrder.inversions());
    nest(bits, two, one);
  }

  private static void nest(ByteLock<OrderOfKinds> lock, OrderOfKinds outer, OrderOfKinds inner) {
    lock.lock(outer);
    lock.lock(inner);
    lock.unlock(inner);
    lock.unlock(outer);
  }

  private static void nest(
      ByteLock<OrderOfKinds> outer, ByteLock<OrderOfKinds> inner, OrderOfKinds probe) {
    outer.lock(probe);
    inner.lock(probe);
    inner.unlock(probe);
    outer.unlock(probe);
  }

  private static void eachKind(boolean inverse) throws Exception {
    RwLock rw = new RwLock();
    RwLock reading = new RwLock();
    for (int i = 0; i < 100; i++) {
      OrderProbe.nest(reading.readLock(), OrderProbe.left()); // until there are slots
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
    ByteLock<OrderOfKinds> bytes = byteLock("bits");
    OrderOfKinds probe = new OrderOfKinds();
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
      Lock other = OrderProbe.named("other" + i);
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
    OrderProbe.nest(a, b);
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
    OrderProbe.nest(a, b);
  }

  static void thrownByLocksWithoutOwner() {
    StampedLock a = Names.name(new StampedLock(), "a");
    RwLock b = Names.name(new RwLock(), "b");
    Lock c = OrderProbe.named("c");
    OrderProbe.nest(a.asWriteLock(), b.readLock());
    OrderProbe.nest(b.readLock(), c);
    b.readLock().lock();
    try {
      long _ = a.writeLock();
    } catch (LockOrderException e) {
      System.out.println(a.isWriteLocked());
    }
    b.readLock().unlock();
    OrderProbe.nest(a.asReadLock(), c);
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
        OrderProbe.nest(locks[i], locks[i / 2]);
      }
    }
    System.out.println(locks.length);
  }

  static void aMillionNames() {
    Lock all = OrderProbe.named("all");
    for (int i = 0; i < MANY; i++) {
      OrderProbe.nest(all, OrderProbe.named("lock " + i));
    }
    System.out.println(MANY);
  }

  /** More orders than there is room for, then, twice, one against them. */
  static void manyOrders() {
    int names = 130;
    for (int i = 0; i < names; i++) {
      for (int j = i + 1; j < names; j++) {
        OrderProbe.nest(OrderProbe.named("lock " + i), OrderProbe.named("lock " + j));
      }
    }
    OrderProbe.nest(OrderProbe.named("lock " + (names - 1)), OrderProbe.named("lock 0"));
    OrderProbe.nest(OrderProbe.named("lock " + (names - 1)), OrderProbe.named("lock 0"));
    System.out.println(names);
  }
}
