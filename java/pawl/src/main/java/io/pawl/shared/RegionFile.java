package io.pawl.shared;

import static io.pawl.shared.Steps.Step.HEADER_WRITTEN;
import static io.pawl.shared.Steps.Step.SIZED;
import static io.pawl.shared.Steps.Step.SLOT_CLAIMED;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.pawl.internal.backend.Backend;
import io.pawl.internal.backend.PeerCalls;
import io.pawl.internal.backend.Platform;
import io.pawl.spi.NativeWait;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Attaches a handle to a file, and makes a region of the file first if there is none. */
final class RegionFile {
  /*
   * Creation and attachment, all of it with the byte for creation locked
   *
   *   open            a descriptor of our own; the file is made with mode 0600 if it is not there
   *   lock            the byte for creation
   *   compare         what the path leads to with what is open; another file: begin anew
   *   empty, or       no slot may be taken, which one is after a truncation; the mark of a file that is
   *   unfinished      being made; zeros over the rest of it, so that a full disk is an error here and
   *                   not a fault later; header; last the magic number in place of the mark
   *   magic           check the header, copied
   *   boot id         another one: refuse if a slot is taken, else raise all generations, then write
   *                   that of this system
   *   claim           a slot's byte, then its generation
   *   unlock
   *
   * Whoever is killed in between leaves an empty file or one with the mark to the next, or a slot whose
   * byte is free again. The byte for creation is free as well. Any other file stays as it is.
   */
  private static final int CHUNK = 1 << 16;
  private static final long PAUSE_NANOS = 1_000_000;
  private static final long MUST_EXIST = -1;

  /** How often a file may be another one, or gone, before that is an error. */
  private static final int ROUNDS = 1000;

  /** How often in a row a file that cannot be made, because it exists, may not be there. */
  private static final int CONTRADICTIONS = 10;

  private final String name;
  private final @Nullable Path path;
  private final long createBytes;
  private final RegionOptions options;
  private final PeerCalls peers;
  private final NativeWait os;

  private RegionFile(String name, @Nullable Path path, long createBytes, RegionOptions options) {
    requireSupported(Platform.current());
    if (path != null && path.getFileSystem() != FileSystems.getDefault()) {
      throw new ProviderMismatchException(
          "A region is a file of the default file system, not of " + path.getFileSystem());
    }
    if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      throw new UnsupportedOperationException(
          "Regions are shared between little-endian processors only");
    }
    this.name = name;
    this.path = path;
    this.createBytes = createBytes;
    this.options = options;
    this.peers = Backend.peers();
    this.os = Objects.requireNonNull(Backend.settled());
  }

  /** Refuses systems on which processes cannot wait for each other. */
  static void requireSupported(Platform platform) {
    if (platform.isWindows()) {
      throw new UnsupportedOperationException(
          "There are no regions on Windows, whose waits do not reach from process to process");
    }
  }

  /** Attaches to the region in a file. */
  static Region open(Path path, RegionOptions options) throws IOException {
    return new RegionFile(path.toString(), path, MUST_EXIST, options).open(true);
  }

  /** Attaches to the region in a file without taking a slot. */
  static Region look(Path path, RegionOptions options) throws IOException {
    return new RegionFile(path.toString(), path, MUST_EXIST, options).open(false);
  }

  /** Attaches to the region in a file, which is created if there is none. */
  static Region create(Path path, long bytes, RegionOptions options) throws IOException {
    long least = Layout.heapOf(options.slots(), options.names()) + Layout.ALIGNMENT;
    if (bytes < least) {
      throw new IllegalArgumentException(
          "A region with "
              + options.slots()
              + " slots and "
              + options.names()
              + " names needs at least "
              + least
              + " bytes, not "
              + bytes);
    }
    return new RegionFile(path.toString(), path, bytes, options).open(true);
  }

  /** Attaches to the region in memory that a descriptor refers to, as large as that is. */
  static Region reopen(int descriptor, RegionOptions options) throws IOException {
    String name = "memory of descriptor " + descriptor;
    return new RegionFile(name, null, MUST_EXIST, options).reopen(descriptor);
  }

  /**
   * Deletes a file if no handle is attached to it.
   *
   * @return false if one is, or the file is not there
   */
  static boolean delete(Path path) throws IOException {
    return new RegionFile(path.toString(), path, MUST_EXIST, RegionOptions.defaults())
        .deleteUnused(path);
  }

  private Region open(boolean claim) throws IOException {
    Path file = Objects.requireNonNull(path);
    for (int round = 0; round < ROUNDS; round++) {
      Region region = attachTo(openPeer(file), claim);
      if (region != null) {
        return region;
      }
    }
    throw new FileSystemException(name, null, "it is replaced again and again");
  }

  private Region reopen(int descriptor) throws IOException {
    long peer = Opening.opened(name, peers.reopen(descriptor));
    return Objects.requireNonNull(attachTo(peer, true)); // there is no path to lead elsewhere
  }

  /**
   * Attaches to the file of a peer, which is closed unless that succeeds.
   *
   * @return null if the path leads to another file by now
   */
  private @Nullable Region attachTo(long peer, boolean claim) throws IOException {
    boolean attached = false;
    try {
      lock(peer);
      try {
        if (path != null && !isAt(peer, path)) {
          return null;
        }
        Region region = attach(peer, checkedPath(peer), claim);
        attached = true;
        return region;
      } finally {
        int _ = peers.creation(peer, false);
      }
    } finally {
      if (!attached) {
        int _ = peers.close(peer);
      }
    }
  }

  /** A path to the file of a peer, of which it has been checked who has access to it. */
  private Path checkedPath(long peer) throws IOException {
    if (path == null) {
      return peers.pathOf(peer, Path.of(""));
    }
    FileChecks.fileSystem(path);
    Path same = peers.pathOf(peer, path);
    Opening.regular(name, same);
    if (!options.allowsOtherUsers()) {
      FileChecks.access(name, same);
    }
    return same;
  }

  /** Whether a path leads to the file of a peer. */
  private boolean isAt(long peer, Path file) throws IOException {
    int result = peers.at(peer, file);
    if (result < 0) {
      throw new FileSystemException(
          name, null, "nobody tells whether the path leads to the open file: error " + result);
    }
    return result == 1;
  }

  private boolean deleteUnused(Path file) throws IOException {
    long peer = peers.open(file);
    if (peer == PeerCalls.ENOENT) {
      return false;
    }
    long open = Opening.opened(name, peer);
    try {
      lock(open);
      if (!isAt(open, file)) {
        return false;
      }
      Path same = peers.pathOf(open, file);
      Opening.regular(name, same);
      FileChecks.owner(name, same);
      try (FileChannel channel = FileChannel.open(same, READ)) {
        if (!Header.isOfPawl(channel)) {
          throw Header.notOfPawl(name, channel);
        }
      }
      if (taken(open, Layout.MAX_SLOTS) >= 0) {
        return false;
      }
      Files.delete(file);
      return true;
    } finally {
      int _ = peers.close(open);
    }
  }

  private long openPeer(Path file) throws IOException {
    for (int contradictions = 0; contradictions < CONTRADICTIONS; ) {
      long peer = peers.open(file);
      if (peer != PeerCalls.ENOENT || createBytes == MUST_EXIST) {
        return Opening.opened(name, peer);
      }
      Path parent = file.toAbsolutePath().getParent();
      if (parent != null) {
        FileChecks.fileSystem(parent);
      }
      contradictions = Opening.make(file) ? 0 : contradictions + 1;
    }
    throw new NoSuchFileException(
        name, null, "it cannot be opened, since it is not there, nor made, since it is there");
  }

  /** Takes the byte for creation, which others hold for as long as it takes to fill a file. */
  private void lock(long peer) throws IOException {
    int result = peers.creation(peer, true);
    while (result == PeerCalls.EAGAIN) {
      LockSupport.parkNanos(this, PAUSE_NANOS);
      if (Thread.currentThread().isInterrupted()) {
        throw new ClosedByInterruptException();
      }
      result = peers.creation(peer, true);
    }
    if (result < 0) {
      throw new SharedRegionException.UnsuitableFileSystem(
          name,
          "the file system or the kernel has no locks that prove that a process lives: error "
              + result,
          "take a local file system, and Linux 3.15 or later");
    }
  }

  private Region attach(long peer, Path same, boolean claim) throws IOException {
    Arena arena = Arena.ofShared();
    boolean attached = false;
    try (FileChannel channel = FileChannel.open(same, READ, WRITE)) {
      boolean fresh = Header.isUnfinished(channel) || (path == null && Header.isZeros(channel));
      Header header = fresh ? fill(peer, channel) : Header.read(name, channel);
      Region.Mapping mapping =
          new Region.Mapping(
              channel.map(FileChannel.MapMode.READ_WRITE, 0, header.size(), arena), arena);
      if (fresh) {
        header.write(mapping);
        Steps.at(HEADER_WRITTEN);
        Region.LONG.setVolatile(mapping.memory(), (long) Layout.HEADER_MAGIC, Layout.MAGIC);
      }
      checkSystem(peer, header, mapping);
      int slot = claim ? claim(peer, header) : -1;
      Steps.at(SLOT_CLAIMED);
      Region region = new Region(name, mapping, header, options, peers, peer, os, slot);
      attached = true;
      return region;
    } catch (InternalError e) {
      throw new SharedRegionException.Corrupt(name, "the file was truncated just now: " + e);
    } finally {
      if (!attached) {
        arena.close();
      }
    }
  }

  /** Gives the file its size, every block of it, and returns the header that it is to have. */
  private Header fill(long peer, FileChannel channel) throws IOException {
    long bytes = createBytes;
    if (bytes == MUST_EXIST) {
      bytes = channel.size();
      if (path != null || bytes < Layout.heapOf(options.slots(), options.names())) {
        throw new SharedRegionException.NotARegion(
            name,
            "the creation of a region in it has not been finished",
            "create it: that finishes what was broken off");
      }
    }
    int slot = taken(peer, Layout.MAX_SLOTS);
    if (slot >= 0) {
      throw new SharedRegionException.Corrupt(
          name, "slot " + slot + " is still attached to the region that was in it");
    }
    if (createBytes != MUST_EXIST) {
      FileChannel _ = channel.truncate(0);
    }
    ByteBuffer zeros = ByteBuffer.allocateDirect(CHUNK);
    ByteBuffer mark = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try {
      while (mark.hasRemaining()) {
        int _ = channel.write(mark.putLong(0, Layout.UNFINISHED), mark.position());
      }
      for (long at = Long.BYTES; at < bytes; ) {
        zeros.position(0).limit((int) Math.min(CHUNK, bytes - at));
        at += channel.write(zeros, at);
      }
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      if (createBytes != MUST_EXIST) {
        FileChannel _ = channel.truncate(0);
      }
      throw new SharedRegionException.NoSpace(
          name,
          "the file cannot be filled with " + bytes + " bytes: " + e.getMessage(),
          "make room on its file system, or create a smaller region");
    }
    Steps.at(SIZED);
    return Header.of(bytes, options);
  }

  /**
   * Refuses a region that another system uses; one that was used before a restart is taken over.
   */
  private void checkSystem(long peer, Header header, Region.Mapping mapping)
      throws SharedRegionException {
    BootId here = BootId.current();
    if (here.mayBe(header.bootId())) {
      return;
    }
    int slot = taken(peer, header.slots());
    if (slot >= 0) {
      throw new SharedRegionException.OtherSystem(
          name,
          "slot "
              + slot
              + " is attached from another system (its boot id is "
              + header.bootId().digits()
              + ", here it is "
              + here.digits()
              + ")",
          "use a region for each system");
    }
    Slots.retire(mapping.memory(), header.slots());
    here.write(mapping.memory());
  }

  /** The first slot that another handle has, or of which nobody tells; -1 if there is none. */
  private int taken(long peer, int slots) {
    for (int slot = 0; slot < slots; slot++) {
      if (peers.alive(peer, slot) != 0) {
        return slot;
      }
    }
    return -1;
  }

  private int claim(long peer, Header header) throws IOException {
    for (int slot = 0; slot < header.slots(); slot++) {
      int result = peers.claim(peer, slot);
      if (result == 0) {
        return slot;
      }
      if (result != PeerCalls.EAGAIN) {
        throw new FileSystemException(name, null, "slot " + slot + " cannot be locked: " + result);
      }
    }
    throw new SharedRegionException.NoSlot(
        name,
        "all of its " + header.slots() + " slots are taken",
        "detach a process, or create the region with more slots");
  }
}
