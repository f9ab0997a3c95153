package io.pawl.channel;

import io.pawl.internal.queue.ConditionAlternative;
import io.pawl.internal.queue.GateAlternative;
import io.pawl.internal.queue.GateQueue;
import io.pawl.internal.queue.QueueAccess;

/** Channels and one-shots as things of which a {@link Select} takes the first. */
final class Cases {

  private Cases() {}

  /** The oldest object of a channel, or null once that is closed and empty. */
  static final class Receive<T> extends ConditionAlternative {
    private final Channel<T> channel;

    Receive(Channel<T> channel) {
      super(channel.mutex, QueueAccess.queueOf(channel.notEmpty));
      this.channel = channel;
    }

    @Override
    protected boolean takeHeld() {
      if (!channel.isReceivable()) {
        return false;
      }
      result = channel.poll();
      return true;
    }
  }

  /** Room for an object in a channel. */
  static final class Send<T> extends ConditionAlternative {
    private final Channel<? super T> channel;
    private final T object;

    Send(Channel<? super T> channel, T object) {
      super(channel.mutex, QueueAccess.queueOf(channel.notFull));
      this.channel = channel;
      this.object = object;
    }

    @Override
    protected boolean takeHeld() {
      try {
        result = object;
        return channel.put(object);
      } catch (ChannelClosedException e) {
        failure = e;
        return true;
      }
    }
  }

  /** The object of a one-shot. */
  static final class ReceiveOnce<T> extends GateAlternative {
    private final OneShot<T> channel;

    ReceiveOnce(OneShot<T> channel) {
      this.channel = channel;
    }

    @Override
    protected boolean tryTake() {
      try {
        result = channel.take();
      } catch (IllegalStateException e) {
        failure = e;
      }
      return result != null || failure != null;
    }

    @Override
    protected GateQueue queue() {
      return channel.queue();
    }
  }
}
