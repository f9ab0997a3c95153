package io.pawl.observe;

import io.pawl.locks.Mutex;
import io.pawl.locks.ReentrantLock;
import io.pawl.locks.ReentrantReadWriteLock;
import io.pawl.locks.RwLock;
import io.pawl.locks.StampedLock;
import io.pawl.locks.UpgradableReadLock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.stream.Stream;

/** What {@link LockOrderTest} has done in a JVM of its own, in which the order is watched. */
@SuppressWarnings({"LockNotBeforeTry", "WaitNotInLoop", "MustBeClosedChecker"}) // it fails or ends
final class OrderProbe {

  private OrderProbe() {}

  /**
   * Takes locks as told and prints how many inversions were found.
   *
   * @param args the name of a method below, or of one of OrderOfKinds
   */
  public static void main(String[] args) throws Exception {
    Stream.of(OrderProbe.class, OrderOfKinds.class)
        .flatMap(type -> Stream.of(type.getDeclaredMethods()))
        .filter(method -> method.getName().equals(args[0]))
        .findFirst()
        .orElseThrow()
        .invoke(null);
    System.out.println("inversions " + LockOrder.inversions());
  }

  static void nest(Lock outer, Lock inner) {
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

  static Lock named(String name) {
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

  static Lock left() {
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

  /** Whether a listener has been called; it may be more than once. */
  private static boolean told;

  /** Takes a lock when the thread main begins to wait for another. */
  private record TakingListener(Lock waited, Lock taken) implements ContentionListener {
    @Override
    public void waitBegan(Wait wait) {
      if (wait.subject() == waited && wait.thread().getName().equals("main")) {
        taken.lock();
        taken.unlock();
        if (!told) {
          told = true;
          System.out.println("told");
        }
      }
    }
  }

  /** Has a thread lock, and unlock once another thread waits. */
  private static Thread holding(Mutex mutex, CountDownLatch locked) {
    return Thread.ofPlatform()
        .start(() -> {
          mutex.lock();
          locked.countDown();
          while (mutex.getQueueLength() == 0) {
            Thread.onSpinWait();
          }
          mutex.unlock();
        });
  }

  static void lockWithListener() throws InterruptedException {
    Mutex a = Names.name(new Mutex(), "a");
    Contention.addListener(new TakingListener(a, named("in listener")));
    CountDownLatch locked = new CountDownLatch(1);
    Thread holder = holding(a, locked);
    locked.await();
    Lock b = named("b");
    nest(a, b);
    holder.join();
    nest(b, a);
  }

  /** The lock of a condition is not held when the listener is called. */
  static void conditionWithListener() throws InterruptedException {
    Mutex a = Names.name(new Mutex(), "a");
    Contention.addListener(new TakingListener(a, named("in listener")));
    var condition = a.newCondition();
    CountDownLatch locked = new CountDownLatch(1);
    a.lock();
    Thread holder = holding(a, locked);
    while (locked.getCount() > 0) {
      boolean _ = condition.await(1, TimeUnit.MILLISECONDS);
    }
    Lock b = named("b");
    b.lock();
    b.unlock();
    a.unlock();
    holder.join();
    nest(b, a);
  }

  /** What does not know its owner, released inside a listener, has not been passed on. */
  static void listenerWithReadLock() throws InterruptedException {
    Mutex a = Names.name(new Mutex(), "a");
    StampedLock inListener = Names.name(new StampedLock(), "in listener");
    Contention.addListener(new TakingListener(a, inListener.asReadLock()));
    CountDownLatch locked = new CountDownLatch(1);
    Thread holder = holding(a, locked);
    locked.await();
    a.lock();
    a.unlock();
    holder.join();
    Lock b = named("b");
    nest(inListener.asReadLock(), b);
    nest(b, inListener.asReadLock());
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
}
