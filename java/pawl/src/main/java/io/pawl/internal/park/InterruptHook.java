package io.pawl.internal.park;

import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ends a native wait when its thread is interrupted. Between {@code begin} and {@code end} of a
 * selector, {@link Thread#interrupt()} calls {@code wakeup} on the interrupting thread; an
 * interrupt that is pending at {@code begin} calls it there. Nothing else of a selector is used.
 */
public abstract class InterruptHook extends AbstractSelector {

  /** Constructs a hook, to be used by one thread at a time. */
  @SuppressWarnings("NullAway") // the provider is only ever handed back by provider()
  protected InterruptHook() {
    super(null);
  }

  /** Ends the wait; called by the thread that interrupts, or by the one that is interrupted. */
  protected abstract void onInterrupt();

  @Override
  public final Selector wakeup() {
    onInterrupt();
    return this;
  }

  @Override
  protected void implCloseSelector() {}

  @Override
  protected SelectionKey register(
      AbstractSelectableChannel channel, int ops, @Nullable Object attachment) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Set<SelectionKey> keys() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Set<SelectionKey> selectedKeys() {
    throw new UnsupportedOperationException();
  }

  @Override
  public int selectNow() {
    throw new UnsupportedOperationException();
  }

  @Override
  public int select(long timeout) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int select() {
    throw new UnsupportedOperationException();
  }
}
