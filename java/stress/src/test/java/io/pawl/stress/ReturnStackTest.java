package io.pawl.stress;

import io.pawl.internal.memory.ReturnStack;
import io.pawl.kit.Limit;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The stack of chunks that come back, with one owner that pops, against its specification. */
@Tag("lincheck")
@Limit(120)
class ReturnStackTest {

  @Test
  void stackInInterleavings() {
    new ModelCheckingOptions()
        .iterations(5)
        .invocationsPerIteration(100)
        .threads(3)
        .actorsPerThread(3)
        .actorsBefore(1)
        .sequentialSpecification(Specification.class)
        .check(ReturnStackTest.Operations.class);
  }

  @Test
  void stackInParallel() {
    new StressOptions()
        .iterations(8)
        .invocationsPerIteration(500)
        .threads(3)
        .actorsPerThread(3)
        .actorsBefore(1)
        .sequentialSpecification(Specification.class)
        .check(ReturnStackTest.Operations.class);
  }

  /** What is pushed. */
  private static final class Item extends ReturnStack.Node<Item> {
    private final int value;

    Item(int value) {
      this.value = value;
    }
  }

  /** Pushes by all threads, pops by one at a time, which may push again what it has popped. */
  public static class Operations {
    private final ReturnStack<Item> stack = new ReturnStack<>();

    private @Nullable Item last;

    /** Pushes a new item. */
    @Operation
    public void push(@Param(gen = IntGen.class, conf = "1:9") int value) {
      stack.push(new Item(value));
    }

    /** Pops an item; -1 if there is none. */
    @Operation(nonParallelGroup = "owner")
    public int pop() {
      Item item = stack.pop();
      last = item;
      return item == null ? -1 : item.value;
    }

    /** Pushes again, once, the item that was popped last. */
    @Operation(nonParallelGroup = "owner")
    public boolean pushAgain() {
      Item item = last;
      last = null;
      if (item != null) {
        stack.push(item);
      }
      return item != null;
    }
  }

  /** A stack, and the part of it that the owner has seen. */
  public static class Specification {
    private final Deque<Integer> pushed = new ArrayDeque<>();
    private final Deque<Integer> seen = new ArrayDeque<>();
    private int last = -1;

    /** Pushes. */
    public void push(int value) {
      pushed.push(value);
    }

    /** Pops from what has been seen, which is all when nothing of it is left. */
    public int pop() {
      if (seen.isEmpty()) {
        seen.addAll(pushed);
        pushed.clear();
      }
      last = seen.isEmpty() ? -1 : seen.pop();
      return last;
    }

    /** Pushes again. */
    public boolean pushAgain() {
      int value = last;
      last = -1;
      if (value != -1) {
        push(value);
      }
      return value != -1;
    }
  }
}
