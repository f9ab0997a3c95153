package io.pawl.rcu;

import io.pawl.internal.observe.Subjects;
import io.pawl.internal.queue.StackRoom;
import io.pawl.locks.Mutex;
import io.pawl.rcu.Deferral.Task;
import java.util.AbstractCollection;
import java.util.Collection;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A linked list that is read without locks while it is changed, and that says when nobody reads a
 * removed element any more.
 *
 * <p>{@link java.util.concurrent.CopyOnWriteArrayList} copies all elements for each change; here a
 * change costs the search for its place. Nodes need no grace period, for the garbage collector
 * frees them. What {@link Rcu} adds is for the elements: a list may have an action that is called
 * with each element that has been removed, after a grace period, to close it or to return it to a
 * pool. Without such an action this is a plain concurrent list, and its readers enter no section.
 *
 * {@snippet :
 * RcuList<Connection> connections = new RcuList<>(rcu, Connection::close);
 *
 * void broadcast(Message message) {
 *   connections.forEach(connection -> connection.send(message)); // all of them are open
 * }
 *
 * void drop(Connection connection) {
 *   connections.remove(connection); // closed when no broadcast uses it any more
 * }
 * }
 *
 * <p><b>Readers</b> never wait. {@link #forEach}, {@link #contains} and {@link #toString} are read
 * sections by themselves. Where elements may be removed meanwhile, a caller of {@link #iterator},
 * of {@link #stream} or of {@link #toArray} enters one of its own before that call, and uses the
 * elements, and what it has got to find them, inside of it only.
 *
 * <p><b>What readers see.</b> Iteration is weakly consistent: it meets each element that is there
 * from its beginning to its end, once, in order; of elements that are added or removed meanwhile it
 * meets some. It never throws {@link java.util.ConcurrentModificationException}.
 *
 * <p><b>Writers</b> take a lock, so changes of neighbours are not lost, and each is seen as a whole
 * or not at all. They search for their place, by {@link Object#equals}, with the lock. The
 * predicate of {@link #removeIf}, {@code equals}, and {@code contains} of the argument of {@link
 * #removeAll} and {@link #retainAll} must not change the list, which throws {@link
 * IllegalMonitorStateException}, nor wait for a grace period of the domain: some reader may be
 * waiting to write. Elements may be equal to each other; none is null.
 *
 * <p><b>The action for removed elements</b> is called once for each removal, in their order, as by
 * {@link Rcu#defer}, on the thread and with the exceptions described there. A writer does not wait
 * for it.
 *
 * <p><b>Stack overflow</b> and want of memory. A writer that throws a {@link StackOverflowError} or
 * an {@link OutOfMemoryError} may have made its changes as far as it came, each of them as a whole,
 * and the action is called with each element that has been removed. If there was no memory for a
 * thread to call it, this happens when the next action is deferred.
 *
 * <p><b>Memory consistency effects.</b> Actions before an element is added <i>happen-before</i>
 * those of threads that read or remove it, and actions of its readers in their sections
 * <i>happen-before</i> the action for removed elements.
 *
 * <p><b>Cost.</b> A reader pays one volatile read for each element, and one section in a list with
 * an action. Adding first or last takes constant time, {@link #size} is the count of a moment and
 * takes constant time. Writers that come one at a time pay for an uncontended {@link Mutex}; many
 * that write at once wait for each other.
 *
 * @param <E> the type of the elements
 * @see <a href="https://docs.kernel.org/RCU/listRCU.html">"Using RCU to Protect Read-Mostly Linked
 *     Lists"</a>
 * @see <a href="https://marabos.nl/atomics/inspiration.html">M. Bos, "Rust Atomics and Locks",
 *     chapter 10</a>
 */
public final class RcuList<E> extends AbstractCollection<E> {

  /*
   * Structure: a singly linked list behind a head without an element. A node that is removed keeps its
   * link, so a reader that stands on it finds its way back.
   *
   *            link of the node before it
   *   out ------------------------------------> in
   *        the link goes to what follows it
   *   in  ------------------------------------> removed, for good
   *
   * Invariants
   *   I1  Links are changed under the mutex, so the node before a place is in the list when it is linked.
   *   I2  The link of a removed node is that which it had when it was removed, and leads, perhaps over
   *       nodes that were removed later, into the list, to the first node behind it that is still there;
   *       or to the end.
   *   I3  A reader that meets a removed element stood, when or after it was removed, on a node before it,
   *       so its section began before the removal was deferred.
   *   I4  What is removed is handed over: room on the stack is looked for before the lock, the task is made
   *       before the change, and nothing between the change and the push can fail.
   *
   * Why the writers have a mutex, and no marked links (T. Harris, "A Pragmatic Implementation of
   * Non-blocking Linked-Lists"): to find a place and to change it is one step (addIfAbsent, addBefore, an
   * iterator's remove), of elements that may be equal to each other; what is removed is handed over in the
   * order of the removals; and a node that is no more than marked can still be met by readers that come
   * later, so I3 would have to wait for whoever unlinks it. A look at each link is dearer, too, if a mark
   * may be behind it.
   *
   * Memory order
   *   next           volatile: publishes the node and its element
   *   last, size     guarded by the mutex; size is volatile for those that only read it
   */
  private static final class Node<E> {
    /** Null in the head only. */
    private final @Nullable E element;

    private volatile @Nullable Node<E> next;

    Node(@Nullable E element, @Nullable Node<E> next) {
      this.element = element;
      this.next = next;
    }

    E element() {
      return Objects.requireNonNull(element);
    }
  }

  private final @Nullable Rcu rcu;
  private final @Nullable Consumer<? super E> onRemoved;
  private final Mutex writers = Subjects.part(new Mutex(), this);
  private final Node<E> head = new Node<>(null, null);
  private Node<E> last = head;
  private volatile int size;

  /** Constructs an empty list whose elements need nothing when they have been removed. */
  public RcuList() {
    this.rcu = null;
    this.onRemoved = null;
  }

  /**
   * Constructs an empty list.
   *
   * @param rcu the domain of its readers
   * @param onRemoved what is called with each removed element after a grace period
   * @throws NullPointerException if an argument is null
   */
  public RcuList(Rcu rcu, Consumer<? super E> onRemoved) {
    this.rcu = Objects.requireNonNull(rcu, "rcu");
    this.onRemoved = Objects.requireNonNull(onRemoved, "onRemoved");
  }

  // ---- Readers

  /**
   * Whether an element is equal to an object; a read section by itself.
   *
   * @param object any object, or null, to which no element is equal
   * @return whether there is one
   */
  @Override
  public boolean contains(@Nullable Object object) {
    long section = enter();
    try {
      return object != null && before(object) != null;
    } finally {
      exit(section);
    }
  }

  /**
   * Calls an action with each element, in order; one read section.
   *
   * @param action what is called; what it throws is thrown here
   * @throws NullPointerException if action is null
   */
  @Override
  public void forEach(Consumer<? super E> action) {
    Objects.requireNonNull(action, "action");
    long section = enter();
    try {
      for (Node<E> node = head; (node = node.next) != null; ) {
        action.accept(node.element());
      }
    } finally {
      exit(section);
    }
  }

  /**
   * Iterates in order, without a section of its own: it has to be called inside of the section in
   * which the iterator is used.
   *
   * @return a weakly consistent iterator that can remove
   */
  @Override
  public Iterator<E> iterator() {
    return new Walk();
  }

  /**
   * Iterates in order, without a section of its own, as {@link #iterator} does.
   *
   * @return a weakly consistent spliterator, which does not know how many elements there are
   */
  @Override
  public Spliterator<E> spliterator() {
    return Spliterators.spliteratorUnknownSize(
        iterator(), Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.CONCURRENT);
  }

  /**
   * Names the elements, in order; one read section.
   *
   * @return what {@link AbstractCollection#toString} returns
   */
  @Override
  public String toString() {
    long section = enter();
    try {
      return super.toString();
    } finally {
      exit(section);
    }
  }

  /**
   * How many elements there are.
   *
   * @return the number at some moment
   */
  @Override
  public int size() {
    return size;
  }

  private long enter() {
    return rcu == null ? 0 : rcu.enter();
  }

  private void exit(long section) {
    if (rcu != null) {
      rcu.exit(section);
    }
  }

  /** The node before the first one whose element is equal to an object, or null. */
  private @Nullable Node<E> before(Object object) {
    Node<E> before = head;
    for (Node<E> node; (node = before.next) != null; before = node) {
      if (object.equals(node.element())) {
        return before;
      }
    }
    return null;
  }

  // ---- Writers

  /** Locks the list if the stack has room for the unlock, too. */
  private void lockForWriting() {
    StackRoom.forWake();
    writers.lock();
  }

  /**
   * Adds all elements of a collection at the end, one after the other.
   *
   * @param elements none is null
   * @return whether there are any
   * @throws IllegalArgumentException if the collection is this list
   * @throws NullPointerException if elements or one of them is null
   */
  @Override
  public boolean addAll(Collection<? extends E> elements) {
    if (elements == this) {
      throw new IllegalArgumentException("A list cannot be added to itself");
    }
    return super.addAll(elements);
  }

  /**
   * Adds an element at the end.
   *
   * @param element not null
   * @return true
   * @throws NullPointerException if element is null
   */
  @Override
  public boolean add(E element) {
    addLast(element);
    return true;
  }

  /**
   * Adds an element at the beginning.
   *
   * @param element not null
   * @throws NullPointerException if element is null
   */
  public void addFirst(E element) {
    Objects.requireNonNull(element, "element");
    lockForWriting();
    try {
      link(head, element);
    } finally {
      writers.unlock();
    }
  }

  /**
   * Adds an element at the end.
   *
   * @param element not null
   * @throws NullPointerException if element is null
   */
  public void addLast(E element) {
    Objects.requireNonNull(element, "element");
    lockForWriting();
    try {
      link(last, element);
    } finally {
      writers.unlock();
    }
  }

  /**
   * Adds an element at the end unless one is equal to it.
   *
   * @param element not null
   * @return whether it has been added
   * @throws NullPointerException if element is null
   */
  public boolean addIfAbsent(E element) {
    Objects.requireNonNull(element, "element");
    lockForWriting();
    try {
      boolean absent = before(element) == null;
      if (absent) {
        link(last, element);
      }
      return absent;
    } finally {
      writers.unlock();
    }
  }

  /**
   * Adds an element before the first that is equal to an object.
   *
   * @param place what to look for
   * @param element not null
   * @return false, and nothing is added, if there is no such element
   * @throws NullPointerException if an argument is null
   */
  public boolean addBefore(Object place, E element) {
    return addAt(place, element, false);
  }

  /**
   * Adds an element after the first that is equal to an object.
   *
   * @param place what to look for
   * @param element not null
   * @return false, and nothing is added, if there is no such element
   * @throws NullPointerException if an argument is null
   */
  public boolean addAfter(Object place, E element) {
    return addAt(place, element, true);
  }

  private boolean addAt(Object place, E element, boolean after) {
    Objects.requireNonNull(place, "place");
    Objects.requireNonNull(element, "element");
    lockForWriting();
    try {
      Node<E> before = before(place);
      Node<E> found = before == null ? null : before.next;
      if (before == null || found == null) {
        return false;
      }
      link(after ? found : before, element);
      return true;
    } finally {
      writers.unlock();
    }
  }

  /**
   * Removes the first element that is equal to an object.
   *
   * @param object any object, or null, to which no element is equal
   * @return whether there was one
   */
  @Override
  public boolean remove(@Nullable Object object) {
    return object != null && removeAll(object::equals, 1) != 0;
  }

  /**
   * Removes all elements that fulfil a condition.
   *
   * @param filter the condition; called with the lock held
   * @return whether there were any
   * @throws NullPointerException if filter is null
   */
  @Override
  public boolean removeIf(Predicate<? super E> filter) {
    Objects.requireNonNull(filter, "filter");
    return removeAll(filter, Integer.MAX_VALUE) != 0;
  }

  /**
   * Removes all elements that a collection contains.
   *
   * @param elements what to remove; asked with the lock held
   * @return whether there were any
   * @throws NullPointerException if elements is null
   */
  @Override
  public boolean removeAll(Collection<?> elements) {
    return removeIf(Objects.requireNonNull(elements, "elements")::contains);
  }

  /**
   * Removes all elements that a collection does not contain.
   *
   * @param elements what to keep; asked with the lock held
   * @return whether there were others
   * @throws NullPointerException if elements is null
   */
  @Override
  public boolean retainAll(Collection<?> elements) {
    Objects.requireNonNull(elements, "elements");
    return removeIf(element -> !elements.contains(element));
  }

  /** Removes all elements. */
  @Override
  public void clear() {
    int _ = removeAll(_ -> true, Integer.MAX_VALUE);
  }

  /** Removes the first elements that fulfil a condition; returns how many. */
  private int removeAll(Predicate<? super E> filter, int most) {
    lockForWriting();
    try {
      int removed = 0;
      Node<E> before = head;
      for (Node<E> node; removed < most && (node = before.next) != null; ) {
        if (filter.test(node.element())) {
          unlink(before, node);
          removed++;
        } else {
          before = node;
        }
      }
      return removed;
    } finally {
      writers.unlock();
    }
  }

  /** Removes the element of a node, if it is still there. */
  private void remove(Node<E> removed) {
    lockForWriting();
    try {
      Node<E> before = head;
      for (Node<E> node; (node = before.next) != null; before = node) {
        if (node == removed) {
          unlink(before, node);
          return;
        }
      }
    } finally {
      writers.unlock();
    }
  }

  private void link(Node<E> before, E element) {
    Node<E> node = new Node<>(element, before.next);
    before.next = node;
    if (last == before) {
      last = node;
    }
    int count = size;
    size = count + 1;
  }

  private void unlink(Node<E> before, Node<E> node) {
    Task handingOver = handingOver(node.element());
    before.next = node.next;
    if (last == node) {
      last = before;
    }
    int count = size;
    size = count - 1;
    if (rcu != null && handingOver != null) {
      rcu.defer(handingOver);
    }
  }

  /** What calls the action with an element; null if there is no action. */
  private @Nullable Task handingOver(E element) {
    Consumer<? super E> action = onRemoved;
    return action == null ? null : new Task(() -> action.accept(element));
  }

  /** An iteration, which stands before a node that it has read. */
  private final class Walk implements Iterator<E> {
    private @Nullable Node<E> returned;
    private @Nullable Node<E> coming = head.next;

    @Override
    public boolean hasNext() {
      return coming != null;
    }

    @Override
    public E next() {
      Node<E> node = coming;
      if (node == null) {
        throw new NoSuchElementException();
      }
      returned = node;
      coming = node.next;
      return node.element();
    }

    @Override
    public void remove() {
      Node<E> node = returned;
      if (node == null) {
        throw new IllegalStateException("Nothing to be removed");
      }
      returned = null;
      RcuList.this.remove(node);
    }
  }
}
