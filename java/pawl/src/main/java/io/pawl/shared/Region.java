package io.pawl.shared;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.pawl.internal.backend.PeerCalls;
import io.pawl.spi.NativeWait;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An attached handle: the mapped file, the locked byte that proves that this process lives, and the
 * question whether others do.
 */
final class Region {
  /*
   * Proof of life
   *   A handle owns a slot: the locked byte 2^40 + slot of the file, through a descriptor of its own. The
   *   system unlocks the byte when the last thread of the process is out. The slot's generation goes up
   *   after the byte has been taken. A word of the file names its owner by slot and generation together.
   *
   * Invariants
   *   I1  An owner is dead if the generation of its slot is another one, or its byte is unlocked. Both are
   *       final: nobody takes a slot without the byte, and whoever takes it changes the generation.
   *   I2  The handle itself lives as long as it asks.
   *   I3  Whatever is read from the file is copied, then checked, then used: an offset that leads outside
   *       of the mapping or a slot that does not exist is never used.
   *   I4  The mapping stays while a thread waits in the system on an address in it, or is about to: users
   *       counts them, and close does nothing unless it is 0. Other access is checked by the segment.
   *
   * Memory order
   *   generation  read volatile; written before the slot is used in any word
   *   users       read-modify-write; SHUT once closed
   */

  static final VarHandle INT = JAVA_INT.varHandle();
  static final VarHandle LONG = JAVA_LONG.varHandle();

  private static final int SHUT = Integer.MIN_VALUE;

  final String name;
  final MemorySegment memory;
  final RegionOptions options;
  final int slots;
  final int entries;
  final long directory;
  final long heap;
  final SharedWaits waits;

  /** The slot, or -1 if this handle only looks on. */
  final int slot;

  final int generation;

  private final Arena arena;
  private final PeerCalls peers;
  private final long peer;
  private final NativeWait os;
  private final AtomicInteger users = new AtomicInteger();

  Region(
      String name,
      Mapping mapping,
      Header header,
      RegionOptions options,
      PeerCalls peers,
      long peer,
      NativeWait os,
      int slot) {
    this.name = name;
    this.memory = mapping.memory();
    this.arena = mapping.arena();
    this.options = options;
    this.slots = header.slots();
    this.entries = header.entries();
    this.directory = header.directory();
    this.heap = header.heap();
    this.peers = peers;
    this.peer = peer;
    this.os = os;
    this.slot = slot;
    this.generation = slot < 0 ? 0 : Slots.enter(memory, slot, options.label());
    this.waits = new SharedWaits(this);
  }

  /**
   * A mapped file.
   *
   * @param memory all of it
   * @param arena closes the mapping
   */
  record Mapping(MemorySegment memory, Arena arena) {}

  // ---- Who lives

  /** The low half of a word that this handle owns, and the high half that goes with it. */
  long ownWord() {
    return ((long) generation << Integer.SIZE) | (slot + 1);
  }

  /**
   * Whether a handle lives.
   *
   * @param slot its slot, as found in the file
   * @param generation its generation, as found in the file
   */
  boolean isLiving(int slot, int generation) {
    return slot >= 0
        && slot < slots
        && generation == Slots.generation(memory, slot)
        && isTaken(slot);
  }

  /** Whether some handle has a slot. */
  boolean isTaken(int slot) {
    if (slot == this.slot) {
      return true;
    }
    int answer = peers.alive(peer, slot);
    if (answer < 0) {
      throw new IllegalStateException(
          "The locked byte of slot " + slot + " of " + name + " tells nothing: error " + answer);
    }
    return answer == 1;
  }

  /** Counts a death that has been noticed and made good. */
  void noteDeath() {
    int _ = (int) INT.getAndAdd(memory, (long) Layout.HEADER_DEATHS, 1);
  }

  /** How many deaths have been counted. */
  int deaths() {
    return getInt(Layout.HEADER_DEATHS);
  }

  // ---- Waiting

  /** The native waits, for use between {@link #enter} and {@link #exit}. */
  NativeWait os() {
    return os;
  }

  /** Keeps the mapping until {@link #exit}. */
  void enter() {
    if (users.getAndIncrement() < 0) {
      users.getAndDecrement();
      throw closed();
    }
  }

  void exit() {
    users.getAndDecrement();
  }

  /** Wakes threads that wait on a word, in all processes. */
  void wake(long offset, int count) {
    enter();
    try {
      int _ = os.wake(memory.address() + offset, count, true);
    } finally {
      exit();
    }
  }

  // ---- The end

  /** What to throw when the file has failed. */
  SharedRegionLostException lost(@Nullable Throwable cause) {
    return lost("the file was truncated, or its file system failed", cause);
  }

  /** What to throw when the file holds what cannot be. */
  SharedRegionLostException lost(String reason, @Nullable Throwable cause) {
    return new SharedRegionLostException(
        name + ": " + reason + "; close the region and create another one", cause);
  }

  IllegalStateException closed() {
    return new IllegalStateException("This region is closed: " + name);
  }

  boolean isClosed() {
    return users.get() < 0;
  }

  /**
   * Detaches: unmaps the file, then unlocks the byte.
   *
   * @return false if a thread waits; nothing has been done
   * @throws IllegalStateException if a native call uses the memory; nothing has been done
   */
  boolean close() {
    waits.stop();
    if (!users.compareAndSet(0, SHUT)) {
      return users.get() < 0;
    }
    boolean unmapped = false;
    try {
      arena.close();
      unmapped = true;
    } finally {
      if (!unmapped) {
        users.getAndAdd(SHUT); // twice SHUT is 0
      }
    }
    int _ = peers.close(peer);
    return true;
  }

  /** Ends this handle as a kill ends a process, wherever its threads are; for tests. */
  void die() {
    users.getAndAdd(SHUT);
    try {
      arena.close();
    } finally {
      int _ = peers.close(peer);
    }
  }

  int getInt(long offset) {
    return (int) INT.getVolatile(memory, offset);
  }

  void setInt(long offset, int value) {
    INT.setVolatile(memory, offset, value);
  }

  int addInt(long offset, int delta) {
    return (int) INT.getAndAdd(memory, offset, delta);
  }

  long getLong(long offset) {
    return (long) LONG.getVolatile(memory, offset);
  }

  void setLong(long offset, long value) {
    LONG.setVolatile(memory, offset, value);
  }

  boolean casLong(long offset, long expected, long value) {
    return LONG.compareAndSet(memory, offset, expected, value);
  }
}
