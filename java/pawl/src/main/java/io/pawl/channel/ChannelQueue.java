package io.pawl.channel;

import io.pawl.internal.observe.PartOf;
import java.util.AbstractQueue;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A channel as a BlockingQueue. */
final class ChannelQueue<T> extends AbstractQueue<T> implements BlockingQueue<T>, PartOf {

  private final Channel<T> channel;

  ChannelQueue(Channel<T> channel) {
    this.channel = channel;
  }

  @Override
  public Object subject() {
    return channel;
  }

  // ---- Insertion

  @Override
  public boolean offer(T object) {
    try {
      return channel.trySend(object);
    } catch (ChannelClosedException _) {
      return false;
    }
  }

  @Override
  public boolean offer(T object, long timeout, TimeUnit unit) throws InterruptedException {
    try {
      return channel.send(object, timeout, unit);
    } catch (ChannelClosedException _) {
      return false;
    }
  }

  @Override
  public void put(T object) throws InterruptedException {
    channel.send(object);
  }

  // ---- Removal

  @Override
  public T take() throws InterruptedException {
    T object = channel.receive();
    if (object == null) {
      throw new ChannelClosedException("The channel has been closed: " + channel);
    }
    return object;
  }

  @Override
  public @Nullable T poll() {
    return channel.tryReceive();
  }

  @Override
  public @Nullable T poll(long timeout, TimeUnit unit) throws InterruptedException {
    try {
      return channel.receive(timeout, unit);
    } catch (TimeoutException _) {
      return null;
    }
  }

  @Override
  public boolean remove(@Nullable Object object) {
    return channel.remove(object);
  }

  @Override
  public int drainTo(Collection<? super T> target) {
    return drainTo(target, Integer.MAX_VALUE);
  }

  @Override
  public int drainTo(Collection<? super T> target, int max) {
    Objects.requireNonNull(target, "target");
    if (target instanceof ChannelQueue<?> q && q.channel == channel) {
      throw new IllegalArgumentException("A queue cannot be drained to itself");
    }
    return channel.drainTo(target, max);
  }

  // ---- Inspection

  @Override
  public @Nullable T peek() {
    return channel.peek();
  }

  @Override
  public int size() {
    return channel.size();
  }

  @Override
  public int remainingCapacity() {
    return channel.capacity() == Integer.MAX_VALUE
        ? Integer.MAX_VALUE
        : channel.capacity() - channel.size();
  }

  @Override
  public Iterator<T> iterator() {
    return new SnapshotIterator<>(channel);
  }

  private static final class SnapshotIterator<T> implements Iterator<T> {

    private final Channel<T> channel;
    private final List<Object> objects;

    /** The position of the first object, less the number of those removed here. */
    private long base;

    private int next;
    private boolean removable;

    SnapshotIterator(Channel<T> channel) {
      this.channel = channel;
      Channel.Snapshot snapshot = channel.snapshot();
      this.objects = snapshot.objects();
      this.base = snapshot.taken();
    }

    @Override
    public boolean hasNext() {
      return next < objects.size();
    }

    @Override
    @SuppressWarnings("unchecked") // what has been sent is a T
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      removable = true;
      return (T) objects.get(next++);
    }

    /** Removes the object if it is still there. */
    @Override
    public void remove() {
      if (!removable) {
        throw new IllegalStateException();
      }
      removable = false;
      if (channel.removeAt(objects.get(next - 1), base + next - 1)) {
        base--;
      }
    }
  }
}
