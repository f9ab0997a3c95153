package io.pawl.benchmarks;

import io.pawl.rcu.Rcu;
import io.pawl.rcu.RcuList;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** How long does it take to go through a concurrent list of 100 elements, and to change it? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ListReads {
  private static final int ELEMENTS = 100;
  private static final Integer OTHER = -1;

  /** RcuListInSections has an action for removed elements, so reading it is a read section. */
  @Param({
    "RcuList",
    "RcuListInSections",
    "MarkedList",
    "CopyOnWriteArrayList",
    "ConcurrentLinkedQueue"
  })
  String list;

  private final Rcu rcu = new Rcu();
  private Collection<Integer> elements;

  /** Makes the list. */
  @Setup
  public void setUp() {
    Linked.await();
    elements =
        switch (list) {
          case "RcuList" -> new RcuList<>();
          case "RcuListInSections" -> new RcuList<>(rcu, _ -> {});
          case "MarkedList" -> new MarkedList<>();
          case "CopyOnWriteArrayList" -> new CopyOnWriteArrayList<>();
          case "ConcurrentLinkedQueue" -> new ConcurrentLinkedQueue<>();
          default -> throw new IllegalArgumentException(list);
        };
    for (int i = 0; i < ELEMENTS; i++) {
      elements.add(i);
    }
  }

  /** Goes through all elements. */
  @Benchmark
  public int read() {
    int[] sum = new int[1];
    elements.forEach(element -> sum[0] += element);
    if (sum[0] != ELEMENTS * (ELEMENTS - 1) / 2) {
      throw new IllegalStateException("The sum is " + sum[0]);
    }
    return sum[0];
  }

  /** Adds an element at the end and removes it. */
  @Benchmark
  public void change() {
    if (!elements.add(OTHER) || !elements.remove(OTHER)) {
      throw new IllegalStateException("Not changed");
    }
  }

  /** Checks that as many elements are there as before. */
  @TearDown
  public void check() throws InterruptedException {
    rcu.barrier();
    if (elements.size() != ELEMENTS) {
      throw new IllegalStateException(elements.size() + " elements");
    }
  }
}
