package io.pawl.internal.memory;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What any thread gives back and one owner takes out again, newest first as far as the owner has
 * looked.
 *
 * <p>Giving back never blocks. The owner may be another thread each time, if those that take follow
 * each other, as under a lock.
 *
 * @param <N> the type of the elements, each in one stack at a time
 */
public final class ReturnStack<N extends ReturnStack.Node<N>> {

  /*
   * Algorithm: a linked stack of what has been pushed, and a list that only the owner touches. The owner takes
   * from its list; when that is empty it takes the whole stack in one exchange and makes it its list.
   *
   * Invariants
   *   I1  A node is in the stack, or in the list, or outside; its next is written only by who pushes it, before
   *       the CAS, and by the owner, after the exchange.
   *   I2  There is no ABA problem. It takes a CAS that replaces a head by that head's successor: the successor
   *       may have been read before the head was popped and pushed again. Here the only CAS puts a new node on
   *       top of the head it has read, and next is that head whatever happened to it meanwhile; and the only
   *       removal, the exchange, reads no successor.
   *
   * Memory order
   *   head   volatile CAS and exchange: what a thread did before it pushed happens-before the owner's take
   *   list   plain: the owner's
   */
  private final AtomicReference<@Nullable N> head = new AtomicReference<>();
  private @Nullable N list;

  /** Constructs an empty stack. */
  public ReturnStack() {}

  /**
   * Gives a node back, from any thread.
   *
   * @param node the node, in no stack
   */
  public void push(N node) {
    N top;
    do {
      top = head.get();
      node.next = top;
    } while (!head.compareAndSet(top, node));
  }

  /**
   * Whether there is no node, as the owner sees it.
   *
   * @return true if so
   */
  public boolean isEmpty() {
    return list == null && head.get() == null;
  }

  /**
   * Takes a node out; by the owner only.
   *
   * @return null if there is none
   */
  public @Nullable N pop() {
    N node = list;
    if (node == null) {
      node = head.getAndSet(null);
    }
    if (node != null) {
      list = node.next;
      node.next = null;
    }
    return node;
  }

  /**
   * The link of a node.
   *
   * @param <N> the type of the nodes
   */
  public abstract static class Node<N extends Node<N>> {
    @Nullable N next;

    /** Constructs a node that is in no stack. */
    protected Node() {}
  }
}
