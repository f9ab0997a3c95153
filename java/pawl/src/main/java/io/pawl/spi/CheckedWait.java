package io.pawl.spi;

/** A backend that looks at its arguments before the operating system does. */
final class CheckedWait implements NativeWait {

  private final NativeWait backend;

  CheckedWait(NativeWait backend) {
    this.backend = backend;
  }

  @Override
  public int await(long address, int expected, long deadline, boolean shared) {
    if (Thread.currentThread().isVirtual()) {
      throw new UnsupportedOperationException(
          "A virtual thread would keep its carrier from others: take an AtomicWord");
    }
    return backend.await(word(address), expected, deadline, shared);
  }

  @Override
  public int wake(long address, int count, boolean shared) {
    return backend.wake(word(address), count(count), shared);
  }

  @Override
  public int requeue(long from, int expected, int wake, int move, long to, boolean shared) {
    return backend.requeue(word(from), expected, count(wake), count(move), word(to), shared);
  }

  @Override
  public int registerBarrier() {
    return backend.registerBarrier();
  }

  @Override
  public int barrier() {
    return backend.barrier();
  }

  private static long word(long address) {
    if (address == 0 || (address & 3) != 0) {
      throw new IllegalArgumentException(
          "Not the address of a word, which is aligned to four bytes and not 0: 0x"
              + Long.toHexString(address));
    }
    return address;
  }

  private static int count(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("A negative number of threads: " + count);
    }
    return count;
  }
}
