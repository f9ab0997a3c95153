package io.pawl.atomic;

import io.pawl.internal.backend.ManyWaits;
import io.pawl.internal.observe.Observers;
import io.pawl.internal.observe.WaitRecord;
import io.pawl.internal.queue.FirstOfWords;
import io.pawl.internal.queue.Observation;
import io.pawl.internal.queue.WordQueue;
import io.pawl.observe.Wait;
import java.lang.ref.Reference;

/** Waits for the first of several words, each of which stays open meanwhile. */
final class WaitAny {

  private WaitAny() {}

  static int interruptibly(AtomicWord[] words, int[] expected, long deadline)
      throws InterruptedException {
    int result = await(words, expected, true, deadline);
    if (result == FirstOfWords.INTERRUPTED) {
      throw new InterruptedException();
    }
    return result;
  }

  static int await(AtomicWord[] words, int[] expected, boolean interruptible, long deadline) {
    int count = words.length;
    if (count == 0 || count > ManyWaits.MOST || count != expected.length) {
      throw new IllegalArgumentException(
          count + " words and " + expected.length + " values, where 1 to 128 of each are needed");
    }
    AtomicWord[] ours = words.clone();
    int[] values = expected.clone();
    WordQueue[] queues = new WordQueue[count];
    for (int i = 0; i < count; i++) {
      queues[i] = ours[i].queue();
    }
    FirstOfWords wait = new FirstOfWords(ours[0], queues, values);
    int entered = 0;
    try {
      for (; entered < count; entered++) {
        ours[entered].enter();
      }
      return Observers.arePresent()
          ? awaitObserved(ours[0], wait, interruptible, deadline)
          : wait.await(interruptible, deadline);
    } finally {
      for (int i = 0; i < entered; i++) {
        ours[i].exit();
      }
      Reference.reachabilityFence(ours);
    }
  }

  private static int awaitObserved(
      AtomicWord first, FirstOfWords words, boolean interruptible, long deadline) {
    WaitRecord wait = Observation.began(first, Wait.Mode.PARK);
    int result = Observers.FAILED;
    try {
      int which = words.await(interruptible, deadline);
      result =
          switch (which) {
            case FirstOfWords.TIMED_OUT -> WordQueue.TIMED_OUT;
            case FirstOfWords.INTERRUPTED -> WordQueue.INTERRUPTED;
            default -> WordQueue.WOKEN;
          };
      return which;
    } finally {
      Observers.ended(wait, result);
    }
  }
}
