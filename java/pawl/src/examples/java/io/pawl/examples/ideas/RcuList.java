package io.pawl.examples.ideas;

import io.pawl.locks.Mutex;
import java.io.PrintStream;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * A list that is read without a lock while it is changed: read, copy, update.
 *
 * <p>A node that readers may see is never changed, but for the reference to the next one. To remove
 * a node is to let the one before it point past it, in one store; to replace it is to put a copy in
 * its place. A reader sees the list before or after each change. One that stands on a removed node
 * finds its way on, as the node still points to the rest.
 *
 * <p>When is a removed node free to be used again? In Java the garbage collector knows. Where
 * something is to be closed, or memory is freed by hand, all who were reading must have left:
 * {@link io.pawl.rcu.RcuList} waits for that.
 *
 * @param <T> the type of elements
 * @see <a href="https://marabos.nl/atomics/inspiration.html">"Rust Atomics and Locks", chapter 10,
 *     "RCU" and "Lock-Free Linked List"</a>
 */
public final class RcuList<T> implements Iterable<T> {

  /** An element and the way to the next. */
  private static final class Node<T> {
    private final T value;
    private volatile Node<T> next;

    @SuppressWarnings("NullAway") // the last node has no next one
    Node(T value, Node<T> next) {
      this.value = value;
      this.next = next;
    }
  }

  /** Writers exclude each other; readers need nothing. */
  private final Mutex writers = new Mutex();

  @SuppressWarnings("NullAway") // the head has no value
  private final Node<T> head = new Node<>(null, null);

  RcuList() {}

  void addFirst(T value) {
    try (var _ = writers.acquire()) {
      head.next = new Node<>(value, head.next);
    }
  }

  boolean remove(T value) {
    try (var _ = writers.acquire()) {
      Node<T> before = find(value);
      if (before.next == null) {
        return false;
      }
      before.next = before.next.next;
      return true;
    }
  }

  boolean replace(T value, T newValue) {
    try (var _ = writers.acquire()) {
      Node<T> before = find(value);
      if (before.next == null) {
        return false;
      }
      before.next = new Node<>(newValue, before.next.next);
      return true;
    }
  }

  /** Returns the node before the one with a value, or the last one. */
  private Node<T> find(T value) {
    Node<T> before = head;
    while (before.next != null && !before.next.value.equals(value)) {
      before = before.next;
    }
    return before;
  }

  /** Begins to read, from the list as it is now on. */
  @Override
  public Iterator<T> iterator() {
    return new Iterator<>() {
      private Node<T> at = head.next;

      @Override
      public boolean hasNext() {
        return at != null;
      }

      @Override
      public T next() {
        if (at == null) {
          throw new NoSuchElementException();
        }
        T value = at.value;
        at = at.next;
        return value;
      }
    };
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(System.out);
  }

  static void run(PrintStream out) {
    RcuList<String> list = new RcuList<>();
    for (String value : new String[] {"d", "c", "b", "a"}) {
      list.addFirst(value);
    }
    Iterator<String> reader = list.iterator();
    out.println("a reader reads " + reader.next() + " and goes on to b");
    boolean _ = list.remove("b");
    boolean _ = list.replace("c", "C");
    out.println("b is removed, c is replaced by C");
    StringBuilder rest = new StringBuilder();
    reader.forEachRemaining(value -> rest.append(' ').append(value));
    out.println("the reader reads" + rest);
    out.println("the next one reads " + String.join(" ", list));
  }
}
