package io.pawl.atomic;

import io.pawl.internal.memory.Words;
import java.lang.ref.Reference;
import java.util.Objects;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;

/** How the value of an {@link AtomicWord} is read and changed. */
abstract sealed class WordAccess permits AtomicWord {

  /*
   * One method for each access mode and operation that a VarHandle has, and for some that it lacks: a
   * loop around a compare-and-set, which ends because another thread has succeeded whenever one fails,
   * but for spurious failures.
   *
   * The word lives as long as this object: each access that has read the address keeps the object
   * reachable until it is over.
   */

  /** The address of the word, or an exception if it is closed. */
  abstract long address();

  /**
   * Returns the value, with volatile effect.
   *
   * @return the value
   * @throws IllegalStateException if this word is closed
   */
  public int get() {
    try {
      return Words.getVolatile(address());
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Returns the value in plain mode.
   *
   * @return the value
   * @throws IllegalStateException if this word is closed
   */
  public int getPlain() {
    try {
      return Words.get(address());
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Returns the value in opaque mode.
   *
   * @return the value
   * @throws IllegalStateException if this word is closed
   */
  public int getOpaque() {
    try {
      return Words.getOpaque(address());
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Returns the value, with acquire effect.
   *
   * @return the value
   * @throws IllegalStateException if this word is closed
   */
  public int getAcquire() {
    try {
      return Words.getAcquire(address());
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Sets the value, with volatile effect.
   *
   * @param value the new value
   * @throws IllegalStateException if this word is closed
   */
  public void set(int value) {
    try {
      Words.setVolatile(address(), value);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Sets the value in plain mode.
   *
   * @param value the new value
   * @throws IllegalStateException if this word is closed
   */
  public void setPlain(int value) {
    try {
      Words.set(address(), value);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Sets the value in opaque mode.
   *
   * @param value the new value
   * @throws IllegalStateException if this word is closed
   */
  public void setOpaque(int value) {
    try {
      Words.setOpaque(address(), value);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Sets the value, with release effect.
   *
   * @param value the new value
   * @throws IllegalStateException if this word is closed
   */
  public void setRelease(int value) {
    try {
      Words.setRelease(address(), value);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Atomically sets the value to {@code value} if it is {@code expected}, with volatile effect.
   *
   * @param expected what it has to be
   * @param value the new value
   * @return whether it was set
   * @throws IllegalStateException if this word is closed
   */
  public boolean compareAndSet(int expected, int value) {
    try {
      return Words.compareAndSet(address(), expected, value);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Atomically sets the value to {@code value} if it is {@code expected}, with volatile effect. May
   * fail spuriously.
   *
   * @param expected what it has to be
   * @param value the new value
   * @return whether it was set
   * @throws IllegalStateException if this word is closed
   */
  public boolean weakCompareAndSetVolatile(int expected, int value) {
    try {
      return Words.weakCompareAndSet(address(), expected, value);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Atomically sets the value to {@code value} if it is {@code expected} in plain mode. May fail
   * spuriously.
   *
   * @param expected what it has to be
   * @param value the new value
   * @return whether it was set
   * @throws IllegalStateException if this word is closed
   */
  public boolean weakCompareAndSetPlain(int expected, int value) {
    try {
      return Words.weakCompareAndSetPlain(address(), expected, value);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Atomically sets the value to {@code value} if it is {@code expected}, with acquire effect on
   * the read. May fail spuriously.
   *
   * @param expected what it has to be
   * @param value the new value
   * @return whether it was set
   * @throws IllegalStateException if this word is closed
   */
  public boolean weakCompareAndSetAcquire(int expected, int value) {
    try {
      return Words.weakCompareAndSetAcquire(address(), expected, value);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Atomically sets the value to {@code value} if it is {@code expected}, with release effect on
   * the write. May fail spuriously.
   *
   * @param expected what it has to be
   * @param value the new value
   * @return whether it was set
   * @throws IllegalStateException if this word is closed
   */
  public boolean weakCompareAndSetRelease(int expected, int value) {
    try {
      return Words.weakCompareAndSetRelease(address(), expected, value);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Atomically sets the value to {@code value} if it is {@code expected}, with volatile effect.
   *
   * @param expected what it has to be
   * @param value the new value
   * @return the value before, which equals {@code expected} if it was set
   * @throws IllegalStateException if this word is closed
   */
  public int compareAndExchange(int expected, int value) {
    try {
      return Words.compareAndExchange(address(), expected, value);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Atomically sets the value to {@code value} if it is {@code expected}, with acquire effect on
   * the read.
   *
   * @param expected what it has to be
   * @param value the new value
   * @return the value before, which equals {@code expected} if it was set
   * @throws IllegalStateException if this word is closed
   */
  public int compareAndExchangeAcquire(int expected, int value) {
    try {
      return Words.compareAndExchangeAcquire(address(), expected, value);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Atomically sets the value to {@code value} if it is {@code expected}, with release effect on
   * the write.
   *
   * @param expected what it has to be
   * @param value the new value
   * @return the value before, which equals {@code expected} if it was set
   * @throws IllegalStateException if this word is closed
   */
  public int compareAndExchangeRelease(int expected, int value) {
    try {
      return Words.compareAndExchangeRelease(address(), expected, value);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Atomically sets the value, with volatile effect.
   *
   * @param value the new value
   * @return the value before
   * @throws IllegalStateException if this word is closed
   */
  public int getAndSet(int value) {
    try {
      return Words.getAndSet(address(), value);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Atomically sets the value, with acquire effect on the read.
   *
   * @param value the new value
   * @return the value before
   * @throws IllegalStateException if this word is closed
   */
  public int getAndSetAcquire(int value) {
    try {
      return Words.getAndSetAcquire(address(), value);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Atomically sets the value, with release effect on the write.
   *
   * @param value the new value
   * @return the value before
   * @throws IllegalStateException if this word is closed
   */
  public int getAndSetRelease(int value) {
    try {
      return Words.getAndSetRelease(address(), value);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Atomically adds to the value, with volatile effect.
   *
   * @param delta what to add
   * @return the value before
   * @throws IllegalStateException if this word is closed
   */
  public int getAndAdd(int delta) {
    try {
      return Words.getAndAdd(address(), delta);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Atomically adds to the value, with acquire effect on the read.
   *
   * @param delta what to add
   * @return the value before
   * @throws IllegalStateException if this word is closed
   */
  public int getAndAddAcquire(int delta) {
    try {
      return Words.getAndAddAcquire(address(), delta);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Atomically adds to the value, with release effect on the write.
   *
   * @param delta what to add
   * @return the value before
   * @throws IllegalStateException if this word is closed
   */
  public int getAndAddRelease(int delta) {
    try {
      return Words.getAndAddRelease(address(), delta);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Atomically sets bits of the value, with volatile effect.
   *
   * @param mask the bits to set
   * @return the value before
   * @throws IllegalStateException if this word is closed
   */
  public int getAndBitwiseOr(int mask) {
    try {
      return Words.getAndBitwiseOr(address(), mask);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Atomically sets bits of the value, with acquire effect on the read.
   *
   * @param mask the bits to set
   * @return the value before
   * @throws IllegalStateException if this word is closed
   */
  public int getAndBitwiseOrAcquire(int mask) {
    try {
      return Words.getAndBitwiseOrAcquire(address(), mask);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Atomically sets bits of the value, with release effect on the write.
   *
   * @param mask the bits to set
   * @return the value before
   * @throws IllegalStateException if this word is closed
   */
  public int getAndBitwiseOrRelease(int mask) {
    try {
      return Words.getAndBitwiseOrRelease(address(), mask);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Atomically clears bits of the value, with volatile effect.
   *
   * @param mask the bits to keep
   * @return the value before
   * @throws IllegalStateException if this word is closed
   */
  public int getAndBitwiseAnd(int mask) {
    try {
      return Words.getAndBitwiseAnd(address(), mask);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Atomically clears bits of the value, with acquire effect on the read.
   *
   * @param mask the bits to keep
   * @return the value before
   * @throws IllegalStateException if this word is closed
   */
  public int getAndBitwiseAndAcquire(int mask) {
    try {
      return Words.getAndBitwiseAndAcquire(address(), mask);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Atomically clears bits of the value, with release effect on the write.
   *
   * @param mask the bits to keep
   * @return the value before
   * @throws IllegalStateException if this word is closed
   */
  public int getAndBitwiseAndRelease(int mask) {
    try {
      return Words.getAndBitwiseAndRelease(address(), mask);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Atomically flips bits of the value, with volatile effect.
   *
   * @param mask the bits to flip
   * @return the value before
   * @throws IllegalStateException if this word is closed
   */
  public int getAndBitwiseXor(int mask) {
    try {
      return Words.getAndBitwiseXor(address(), mask);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Atomically flips bits of the value, with acquire effect on the read.
   *
   * @param mask the bits to flip
   * @return the value before
   * @throws IllegalStateException if this word is closed
   */
  public int getAndBitwiseXorAcquire(int mask) {
    try {
      return Words.getAndBitwiseXorAcquire(address(), mask);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Atomically flips bits of the value, with release effect on the write.
   *
   * @param mask the bits to flip
   * @return the value before
   * @throws IllegalStateException if this word is closed
   */
  public int getAndBitwiseXorRelease(int mask) {
    try {
      return Words.getAndBitwiseXorRelease(address(), mask);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Atomically clears the bits that are set in both the value and a mask, and sets all others, with
   * volatile effect: {@code ~(value & mask)}.
   *
   * @param mask the other operand
   * @return the value before
   * @throws IllegalStateException if this word is closed
   */
  public int getAndBitwiseNand(int mask) {
    return getAndAccumulate(mask, (value, m) -> ~(value & m));
  }

  /**
   * Atomically sets the value to the greater of itself and another, as signed numbers, with
   * volatile effect, also if that is the value already.
   *
   * @param other the other value
   * @return the value before
   * @throws IllegalStateException if this word is closed
   */
  public int getAndMax(int other) {
    return getAndAccumulate(other, Math::max);
  }

  /**
   * Atomically sets the value to the lesser of itself and another, as signed numbers, with volatile
   * effect, also if that is the value already.
   *
   * @param other the other value
   * @return the value before
   * @throws IllegalStateException if this word is closed
   */
  public int getAndMin(int other) {
    return getAndAccumulate(other, Math::min);
  }

  // ---- Updates by a function

  /**
   * Atomically sets the value to what a function makes of it, with volatile effect. Other threads
   * may change the value while the function runs; it is then called again, so it should have no
   * side effects. What it throws is thrown here, and the value is as it was.
   *
   * @param function makes the new value of the old one
   * @return the value before
   * @throws IllegalStateException if this word is closed
   * @throws NullPointerException if function is null
   */
  public int getAndUpdate(IntUnaryOperator function) {
    Objects.requireNonNull(function, "function");
    for (; ; ) {
      int before = get();
      if (weakCompareAndSetVolatile(before, function.applyAsInt(before))) {
        return before;
      }
    }
  }

  /**
   * Atomically sets the value to what a function makes of it, with volatile effect, as {@link
   * #getAndUpdate} does.
   *
   * @param function makes the new value of the old one; it should have no side effects
   * @return the value afterwards
   * @throws IllegalStateException if this word is closed
   * @throws NullPointerException if function is null
   */
  public int updateAndGet(IntUnaryOperator function) {
    Objects.requireNonNull(function, "function");
    for (; ; ) {
      int before = get();
      int after = function.applyAsInt(before);
      if (weakCompareAndSetVolatile(before, after)) {
        return after;
      }
    }
  }

  /**
   * Atomically sets the value to what a function makes of it and an operand, with volatile effect,
   * as {@link #getAndUpdate} does.
   *
   * @param operand the second argument of the function
   * @param function makes the new value of the old one, its first argument; it should have no side
   *     effects
   * @return the value before
   * @throws IllegalStateException if this word is closed
   * @throws NullPointerException if function is null
   */
  public int getAndAccumulate(int operand, IntBinaryOperator function) {
    Objects.requireNonNull(function, "function");
    for (; ; ) {
      int before = get();
      if (weakCompareAndSetVolatile(before, function.applyAsInt(before, operand))) {
        return before;
      }
    }
  }

  /**
   * Atomically sets the value to what a function makes of it and an operand, with volatile effect,
   * as {@link #getAndUpdate} does.
   *
   * @param operand the second argument of the function
   * @param function makes the new value of the old one, its first argument; it should have no side
   *     effects
   * @return the value afterwards
   * @throws IllegalStateException if this word is closed
   * @throws NullPointerException if function is null
   */
  public int accumulateAndGet(int operand, IntBinaryOperator function) {
    Objects.requireNonNull(function, "function");
    for (; ; ) {
      int before = get();
      int after = function.applyAsInt(before, operand);
      if (weakCompareAndSetVolatile(before, after)) {
        return after;
      }
    }
  }
}
