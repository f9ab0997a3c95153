package io.pawl.stress.fault;

import io.pawl.atomic.AtomicWord;
import io.pawl.locks.LockSupport;
import io.pawl.stress.fault.Stage.Actor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Words, and threads that park. */
final class WordScenarios {

  private WordScenarios() {}

  static List<Scenario> all() {
    return List.of(
        new Scenario("AtomicWord: made", WordScenarios::made),
        new Scenario("AtomicWord: wake all", WordScenarios::wakeAll),
        new Scenario("AtomicWord: wake one", WordScenarios::wakeOne),
        new Scenario("AtomicWord: first waits", WordScenarios::firstWaits),
        new Scenario("AtomicWord: requeue", WordScenarios::requeue),
        new Scenario("LockSupport: unpark", WordScenarios::unpark));
  }

  /** More words than the library has in store are made. */
  private static void made(Stage stage) throws Exception {
    List<AtomicWord> words = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      Throwable _ = stage.attempt(() -> words.add(new AtomicWord()));
    }
    for (int i = 0; i < 70; i++) {
      words.add(new AtomicWord());
    }
    Set<Long> addresses = new HashSet<>();
    for (AtomicWord word : words) {
      stage.check(addresses.add(word.address()), "two words have one address");
    }
    words.forEach(AtomicWord::close);
  }

  private static void await(Stage stage, AtomicWord word, boolean interruptible) throws Exception {
    Throwable thrown = null;
    while (thrown == null && word.get() == 0) {
      thrown =
          stage.attempt(() -> {
            if (interruptible) {
              word.waitWhileInterruptibly(0);
            } else {
              word.waitWhile(0);
            }
          });
    }
  }

  /** Threads wait in the operating system and in the list. */
  private static void wakeAll(Stage stage) throws Exception {
    AtomicWord word = new AtomicWord();
    Actor first = stage.sleeper(() -> await(stage, word, false));
    Actor second = stage.sleeper(() -> await(stage, word, true));
    Actor third = stage.sleeper(() -> await(stage, word, true));
    word.set(1);
    if (stage.attempt(word::wakeAll) != null) {
      word.wakeAll();
    }
    first.join();
    second.join();
    third.join();
    word.close();
  }

  /** One wake for each of two threads, neither of which may be lost to one that has failed. */
  private static void wakeOne(Stage stage) throws Exception {
    AtomicWord word = new AtomicWord();
    Actor timed =
        stage.actor(() -> {
          boolean[] woken = {false};
          Throwable _ =
              stage.attempt(
                  () -> woken[0] = word.waitWhileInterruptibly(0, 300, TimeUnit.MICROSECONDS));
        });
    Actor first = stage.sleeper(() -> await(stage, word, true));
    Actor second = stage.sleeper(() -> await(stage, word, false));
    timed.join();
    word.set(1);
    for (int i = 0; i < 2; i++) {
      if (stage.attempt(word::wakeOne) != null) {
        word.wakeOne();
      }
    }
    first.join();
    second.join();
    word.close();
  }

  /** Threads that have never waited do so for the first time, and are let go one by one. */
  private static void firstWaits(Stage stage) throws Exception {
    AtomicWord word = new AtomicWord();
    List<Actor> actors = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      boolean interruptible = i != 1;
      actors.add(stage.actor(() -> await(stage, word, interruptible)));
    }
    word.set(1);
    for (int i = 0; i < 3; i++) {
      if (stage.attempt(word::wakeOne) != null) {
        word.wakeAll();
      }
    }
    actors.forEach(Actor::join);
    word.close();
  }

  /** Threads are moved to another word, and woken there. */
  private static void requeue(Stage stage) throws Exception {
    AtomicWord word = new AtomicWord();
    AtomicWord target = new AtomicWord();
    Actor first = stage.sleeper(() -> await(stage, word, false));
    Actor second = stage.sleeper(() -> await(stage, word, false));
    Actor third = stage.sleeper(() -> await(stage, word, true));
    if (stage.attempt(() -> stage.check(word.requeueTo(target, 0), "another value")) != null) {
      word.wakeAll();
    }
    word.set(1);
    word.wakeAll();
    if (stage.attempt(target::wakeAll) != null) {
      target.wakeAll();
    }
    first.join();
    second.join();
    third.join();
    word.close();
    target.close();
  }

  /** A thread parks until it is let go on. */
  private static void unpark(Stage stage) throws Exception {
    AtomicBoolean goOn = new AtomicBoolean();
    Actor parker =
        stage.sleeper(() -> {
          Throwable thrown = null;
          while (!goOn.get() && thrown == null) {
            thrown = stage.attempt(LockSupport::park);
          }
        });
    goOn.set(true);
    if (stage.attempt(() -> LockSupport.unpark(parker.thread())) != null) {
      LockSupport.unpark(parker.thread());
    }
    parker.join();
  }
}
