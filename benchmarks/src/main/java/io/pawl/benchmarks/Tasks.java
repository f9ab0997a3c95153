package io.pawl.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** The tasks of one implementation, by the words of a command. */
final class Tasks {
  private final String implementation;

  Tasks(String implementation) {
    this.implementation = implementation;
  }

  /**
   * Makes a task.
   *
   * @param words its name and its numbers
   */
  Task of(List<String> words) {
    return switch (words.getFirst()) {
      case "lock" -> lock(words.size() > 1 && words.get(1).equals("virtual"));
      case "read" -> read(number(words, 1), number(words, 2));
      case "closed" -> new Closed(guarded(), number(words, 1), number(words, 2), number(words, 3));
      case "open" ->
          new Open(
              guarded(),
              number(words, 1),
              number(words, 2),
              number(words, 3),
              Double.parseDouble(words.get(4)),
              words.get(5).equals("virtual"));
      case "crowd" -> new Crowds(guarded(), number(words, 1), number(words, 2), number(words, 3));
      case "steps" -> steps(number(words, 1), number(words, 2));
      case "pingpong" -> new PingPong(Monitor.of(implementation), words.get(1).equals("apart"));
      case "words" -> new Words(words.get(1).equals("apart"));
      case "wake" -> Alone.wake();
      case "vain" -> Alone.vain();
      case "told" -> Observers.told(words.get(1), () -> of(words.subList(2, words.size())));
      case "handoff" -> new HandOff(implementation);
      case "death" -> new DeathNotice(implementation, words.get(1).equals("waiting"));
      case "notify" -> new NotifyAll(Monitor.of(implementation), number(words, 1));
      case "construct" -> Alone.construct(implementation);
      case "arena" -> Alone.arena(implementation, number(words, 1));
      case "fresh" -> new FreshArena(implementation, number(words, 1));
      case "handle" -> Alone.handle(implementation, number(words, 1));
      case "optimistic" -> Alone.optimistic(implementation);
      case "section" -> Alone.section(implementation);
      case "roundtrip" -> new RoundTrip(implementation);
      case "transfer" -> new Transfer(implementation, number(words, 1));
      default -> throw new IllegalArgumentException("No task " + words);
    };
  }

  private static int number(List<String> words, int index) {
    return Integer.parseInt(words.get(index));
  }

  private Guarded guarded() {
    return Locks.guarded(implementation);
  }

  private Task lock(boolean virtual) {
    P1Uncontended benchmark = new P1Uncontended();
    benchmark.lock = implementation;
    benchmark.setUp();
    return new Loop(1, virtual, () -> benchmark::lockUnlock, benchmark::check);
  }

  private Task read(int threads, int period) {
    if (period == 0) {
      P3ReadLock benchmark = new P3ReadLock();
      benchmark.lock = implementation;
      benchmark.setUp();
      return new Loop(threads, () -> reader(benchmark), benchmark::checkIsFree);
    }
    Shared shared = RwLocks.shared(implementation);
    List<Mix> mixes = new ArrayList<>();
    return new Loop(
        threads,
        () -> {
          Mix mix = new Mix(shared, period);
          mixes.add(mix);
          return mix;
        },
        () -> {
          long writes = mixes.stream().mapToLong(Mix::written).sum();
          if (shared.read() != writes) {
            throw new IllegalStateException(writes + " writes gave " + shared.read());
          }
        });
  }

  private static Loop.Body reader(P3ReadLock benchmark) {
    P3ReadLock.Reader reader = new P3ReadLock.Reader();
    return new Loop.Body() {
      @Override
      public void batch() {
        benchmark.oneReader(reader);
      }

      @Override
      public void check() {
        reader.check();
      }
    };
  }

  /** How long the work in a section and the work outside of it take by themselves. */
  private static Task steps(int section, int outside) {
    return (millis, _) ->
        new Reading()
            .with("section", nanos(section, millis / 2))
            .with("outside", nanos(outside, millis / 2));
  }

  /** The least of some times, since nothing makes work faster than it is. */
  private static double nanos(int steps, int millis) {
    double least = Double.MAX_VALUE;
    long x = 1;
    long end = System.nanoTime() + millis * 1_000_000L;
    while (System.nanoTime() - end < 0) {
      long start = System.nanoTime();
      for (int i = 0; i < Loop.BATCH; i++) {
        x = Work.steps(x, steps);
      }
      least = Math.min(least, (double) (System.nanoTime() - start) / Loop.BATCH);
    }
    Work.sink = x;
    return steps == 0 ? 0 : least;
  }
}
