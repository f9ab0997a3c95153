package io.pawl.benchmarks;

import java.util.AbstractCollection;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;

/**
 * A linked list with marked links, whose writers take no lock: what {@code RcuList} is weighed
 * against. It adds at the end and removes; a node is marked by a marker behind it.
 *
 * @see <a href="https://doi.org/10.1007/3-540-45414-4_21">T. Harris, "A Pragmatic Implementation of
 *     Non-blocking Linked-Lists"</a>
 */
final class MarkedList<E> extends AbstractCollection<E> {

  @SuppressWarnings("rawtypes")
  private static final AtomicReferenceFieldUpdater<Node, Node> NEXT =
      AtomicReferenceFieldUpdater.newUpdater(Node.class, Node.class, "next");

  /** A node without an element is the head or a marker. */
  private static final class Node<E> {
    private final E element;
    private final boolean marker;
    private volatile Node<E> next;

    Node(E element, boolean marker, Node<E> next) {
      this.element = element;
      this.marker = marker;
      this.next = next;
    }
  }

  private final Node<E> head = new Node<>(null, false, null);

  /** A node that was the last one, or near. */
  private volatile Node<E> near = head;

  /** The node behind one, over its marker; unlinks a marked one that it meets. */
  private Node<E> after(Node<E> node) {
    for (; ; ) {
      Node<E> next = node.next;
      if (next == null) {
        return null;
      }
      if (next.marker) {
        return next.next;
      }
      Node<E> mark = next.next;
      if (mark == null || !mark.marker) {
        return next;
      }
      NEXT.compareAndSet(node, next, mark.next);
    }
  }

  private static boolean isMarked(Node<?> node) {
    Node<?> next = node.next;
    return next != null && next.marker;
  }

  @Override
  public boolean add(E element) {
    Node<E> fresh = new Node<>(element, false, null);
    for (; ; ) {
      Node<E> last = near;
      if (isMarked(last)) {
        last = head;
      }
      for (Node<E> next = after(last); next != null; next = after(last)) {
        last = next;
      }
      if (NEXT.compareAndSet(last, null, fresh)) {
        near = fresh;
        return true;
      }
    }
  }

  @Override
  public boolean remove(Object element) {
    Node<E> before = head;
    for (Node<E> node = after(before); node != null; node = after(before)) {
      if (element.equals(node.element)) {
        Node<E> next = node.next;
        if ((next == null || !next.marker)
            && NEXT.compareAndSet(node, next, new Node<>(null, true, next))) {
          NEXT.compareAndSet(before, node, next);
          return true;
        }
      } else {
        before = node;
      }
    }
    return false;
  }

  @Override
  public void forEach(Consumer<? super E> action) {
    for (Node<E> node = head.next; node != null; ) {
      Node<E> next = node.next;
      if (next != null && next.marker) {
        next = next.next;
      } else if (!node.marker) {
        action.accept(node.element);
      }
      node = next;
    }
  }

  @Override
  public Iterator<E> iterator() {
    throw new UnsupportedOperationException();
  }

  @Override
  public int size() {
    int[] count = new int[1];
    forEach(_ -> count[0]++);
    return count[0];
  }
}
