package io.pawl.integration;

import io.pawl.memory.ArcSlice;
import io.pawl.memory.BudgetExceededException;
import io.pawl.memory.ChunkProvider;
import io.pawl.memory.SliceAllocator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Parses the lines of a text that begin in some range of it, and hands them on in slices. */
final class LineParser {

  private static final int LINES = 200;

  private final MemorySegment text;
  private final ChunkProvider provider;
  private final Output output;
  private final Batch.Writer batch = new Batch.Writer(LINES);
  private long at;

  /** What slices are handed to; it has handles of its own. */
  @FunctionalInterface
  interface Output {
    void send(ArcSlice slice) throws InterruptedException;
  }

  LineParser(MemorySegment text, ChunkProvider provider, Output output) {
    this.text = text;
    this.provider = provider;
    this.output = output;
  }

  /** Parses the lines that begin at start or later and before end. */
  void parse(long start, long end) throws InterruptedException {
    at = start;
    if (start > 0 && byteAt(start - 1) != '\n') {
      skipLine();
    }
    try (SliceAllocator slices = new SliceAllocator(provider)) {
      while (at < end) {
        for (int i = 0; i < LINES && at < end; i++) {
          parseLine();
        }
        try (ArcSlice slice = allocate(slices)) {
          output.send(slice);
        }
        batch.clear();
      }
    }
  }

  /** Beyond the budget it is the consumers' turn to close slices. */
  private ArcSlice allocate(SliceAllocator slices) throws InterruptedException {
    for (; ; ) {
      try {
        return slices.tryAllocate(batch.size(), batch::copyTo);
      } catch (BudgetExceededException e) {
        provider.awaitRoom(e.requestedBytes());
      }
    }
  }

  private void parseLine() {
    long name = at;
    while (byteAt(at) != ';') {
      at++;
    }
    int length = Math.toIntExact(at++ - name);
    batch.add(text, name, length, parseTenths());
  }

  /** Parses a number with one digit after the point, and the end of the line. */
  private int parseTenths() {
    boolean negative = byteAt(at) == '-';
    if (negative) {
      at++;
    }
    int tenths = 0;
    for (byte b; (b = byteAt(at)) != '.'; at++) {
      tenths = 10 * tenths + digit(b);
    }
    tenths = 10 * tenths + digit(byteAt(at + 1));
    if (byteAt(at + 2) != '\n') {
      throw new IllegalArgumentException("There is more after a measurement at byte " + at);
    }
    at += 3;
    return negative ? -tenths : tenths;
  }

  private int digit(byte b) {
    if (b < '0' || b > '9') {
      throw new IllegalArgumentException("There is no digit at byte " + at);
    }
    return b - '0';
  }

  private void skipLine() {
    while (at < text.byteSize() && byteAt(at) != '\n') {
      at++;
    }
    at++;
  }

  private byte byteAt(long position) {
    return text.get(ValueLayout.JAVA_BYTE, position);
  }
}
