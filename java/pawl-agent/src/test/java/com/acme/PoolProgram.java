package com.acme;

import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.commons.pool2.BaseKeyedPooledObjectFactory;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.apache.commons.pool2.impl.GenericKeyedObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;

/**
 * Borrows from object pools in all the ways in which that can block, and prints what came of it.
 * Every line that it prints is the same in each run, but for the classes of locks.
 */
public final class PoolProgram {
  private static final int THREADS = 8;
  private static final int SIZE = 3;
  private static final int ROUNDS = 400;

  private PoolProgram() {}

  /** An object that knows how many threads use it. */
  static final class Item {
    final AtomicInteger users = new AtomicInteger();
  }

  private static final class Items extends BasePooledObjectFactory<Item> {
    @Override
    public Item create() {
      return new Item();
    }

    @Override
    public PooledObject<Item> wrap(Item item) {
      return new DefaultPooledObject<>(item);
    }
  }

  private static final class KeyedItems extends BaseKeyedPooledObjectFactory<String, Item> {
    @Override
    public Item create(String key) {
      return new Item();
    }

    @Override
    public PooledObject<Item> wrap(Item item) {
      return new DefaultPooledObject<>(item);
    }
  }

  /**
   * Runs.
   *
   * @param args none
   * @throws Exception when something fails
   */
  public static void main(String[] args) throws Exception {
    for (boolean fair : new boolean[] {false, true}) {
      try (GenericObjectPool<Item> pool = pool(fair)) {
        showLock("pool", pool, "idleObjects", "lock");
        crowd(pool);
        timeout(pool);
        interrupt(pool);
        order(pool, fair);
        close(pool);
      }
    }
    keyed();
  }

  private static GenericObjectPool<Item> pool(boolean fair) {
    GenericObjectPoolConfig<Item> config = new GenericObjectPoolConfig<>();
    config.setMaxTotal(SIZE);
    config.setMaxIdle(SIZE);
    config.setFairness(fair);
    config.setJmxEnabled(false);
    return new GenericObjectPool<>(new Items(), config);
  }

  /** More threads than items: no item has two users, none is lost. */
  private static void crowd(GenericObjectPool<Item> pool) throws Exception {
    AtomicInteger borrowed = new AtomicInteger();
    AtomicInteger shared = new AtomicInteger();
    Set<Item> items = Collections.synchronizedSet(new HashSet<>());
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        boolean timed = i % 2 == 0;
        done.add(
            threads.submit(() -> {
              for (int round = 0; round < ROUNDS; round++) {
                Item item = timed ? pool.borrowObject(Duration.ofSeconds(30)) : pool.borrowObject();
                if (item.users.incrementAndGet() != 1) {
                  shared.incrementAndGet();
                }
                items.add(item);
                borrowed.incrementAndGet();
                item.users.decrementAndGet();
                pool.returnObject(item);
              }
              return null;
            }));
      }
      for (Future<?> each : done) {
        each.get();
      }
    }
    System.out.println("borrowed " + borrowed + ", shared " + shared);
    System.out.println("at most " + SIZE + ": " + (items.size() <= SIZE));
    System.out.println("active " + pool.getNumActive() + ", counted " + pool.getBorrowedCount());
  }

  private static List<Item> empty(GenericObjectPool<Item> pool) throws Exception {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < SIZE; i++) {
      items.add(pool.borrowObject());
    }
    return items;
  }

  private static void timeout(GenericObjectPool<Item> pool) throws Exception {
    List<Item> items = empty(pool);
    long start = System.nanoTime();
    try {
      pool.borrowObject(Duration.ofMillis(30));
      System.out.println("borrowed too many");
    } catch (NoSuchElementException e) {
      System.out.println("timed out early: " + (System.nanoTime() - start < 30_000_000));
    }
    items.forEach(pool::returnObject);
  }

  private static void interrupt(GenericObjectPool<Item> pool) throws Exception {
    List<Item> items = empty(pool);
    List<String> outcome = Collections.synchronizedList(new ArrayList<>());
    Thread waiter = borrower(pool, 0, outcome, pool::returnObject);
    awaitWaiters(pool, 1);
    waiter.interrupt();
    waiter.join();
    System.out.println("interrupted: " + outcome + ", waiters " + pool.getNumWaiters());
    items.forEach(pool::returnObject);
    System.out.println("idle " + pool.getNumIdle());
  }

  /** Waiters get items in the order in which they came; promised for fair pools. */
  private static void order(GenericObjectPool<Item> pool, boolean fair) throws Exception {
    List<Item> items = Collections.synchronizedList(empty(pool));
    List<String> outcome = Collections.synchronizedList(new ArrayList<>());
    List<Thread> waiters = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      waiters.add(borrower(pool, i, outcome, items::add));
      awaitWaiters(pool, i + 1);
    }
    for (int i = 0; i < 4; i++) {
      pool.returnObject(items.removeFirst());
      while (outcome.size() <= i) {
        Thread.onSpinWait();
      }
    }
    for (Thread waiter : waiters) {
      waiter.join();
    }
    System.out.println("served " + (fair ? outcome : outcome.size()));
    items.forEach(pool::returnObject);
    System.out.println("active " + pool.getNumActive());
  }

  private static void close(GenericObjectPool<Item> pool) throws Exception {
    List<Item> items = empty(pool);
    List<String> outcome = Collections.synchronizedList(new ArrayList<>());
    List<Thread> waiters = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      waiters.add(borrower(pool, i, outcome, pool::returnObject));
    }
    awaitWaiters(pool, 3);
    pool.close();
    for (Thread waiter : waiters) {
      waiter.join();
    }
    Collections.sort(outcome);
    System.out.println("closed: " + outcome);
    items.forEach(pool::returnObject);
    System.out.println("destroyed " + pool.getDestroyedCount());
  }

  private static void keyed() throws Exception {
    try (GenericKeyedObjectPool<String, Item> pool =
        new GenericKeyedObjectPool<>(new KeyedItems())) {
      pool.setMaxTotalPerKey(2);
      // No limit for all keys together: a borrower can wait for good for what other keys keep idle.
      pool.setMaxTotal(-1);
      showLock("keyed pool", pool, "keyLock");
      AtomicInteger borrowed = new AtomicInteger();
      try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
        List<Future<?>> done = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
          String key = "key " + i % 3;
          done.add(
              threads.submit(() -> {
                for (int round = 0; round < ROUNDS; round++) {
                  Item item = pool.borrowObject(key, 30_000);
                  borrowed.addAndGet(item.users.incrementAndGet());
                  item.users.decrementAndGet();
                  pool.returnObject(key, item);
                }
                return null;
              }));
        }
        for (Future<?> each : done) {
          each.get();
        }
      }
      System.out.println("keyed: " + borrowed + ", active " + pool.getNumActive());
      pool.clear();
      System.out.println("keyed idle " + pool.getNumIdle());
    }
  }

  private static Thread borrower(
      GenericObjectPool<Item> pool, int number, List<String> outcome, Consumer<Item> then) {
    return Thread.ofPlatform()
        .start(() -> {
          try {
            then.accept(pool.borrowObject());
            outcome.add("borrower " + number);
          } catch (Exception e) {
            outcome.add(e.getClass().getSimpleName());
          }
        });
  }

  private static void awaitWaiters(GenericObjectPool<Item> pool, int count) {
    while (pool.getNumWaiters() < count) {
      Thread.onSpinWait();
    }
  }

  private static void showLock(String name, Object owner, String... fields) throws Exception {
    Object value = owner;
    for (String field : fields) {
      Field declared = value.getClass().getDeclaredField(field);
      declared.setAccessible(true);
      value = declared.get(value);
    }
    Class<?> type = value.getClass();
    while (type.getName().contains("pool2")) {
      type = type.getSuperclass();
    }
    System.out.println("lock of " + name + ": " + type.getName());
  }
}
