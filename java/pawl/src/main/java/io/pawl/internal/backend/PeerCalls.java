package io.pawl.internal.backend;

import java.nio.file.Path;

/**
 * Proof of life between processes that share a file: the {@code pawl_peer_*} functions of {@code
 * pawl.h}, which says what each does. A peer is a descriptor of its own for the file; while it is
 * open it can hold the locked byte of a slot, which the system unlocks when the process has ended.
 *
 * <p>A method that can fail returns a negated error number, numbered as on Linux. None waits, so
 * all may be called from any thread.
 */
public interface PeerCalls {

  /** No such file. */
  int ENOENT = -2;

  /** The file may not be opened for reading and writing. */
  int EACCES = -13;

  /** The slot, or the byte for creation, belongs to another peer. */
  int EAGAIN = -11;

  /** The file system can only be read. */
  int EROFS = -30;

  /** The path ends in a symbolic link. */
  int ELOOP = -40;

  /**
   * Opens a file as a peer.
   *
   * @param path the file; a symbolic link in its last part is refused
   * @return the peer
   */
  long open(Path path);

  /**
   * Opens what a descriptor refers to as a peer of its own, for memory that has no path.
   *
   * @param descriptor a descriptor of this process
   * @return the peer
   */
  long reopen(int descriptor);

  /**
   * Closes a peer, which unlocks its bytes.
   *
   * @param peer the peer
   * @return 0
   */
  int close(long peer);

  /**
   * Whether a path leads to the file of a peer now.
   *
   * @param peer the peer
   * @param path where to look
   * @return 1, or 0 if another file is there, or none; an error if that cannot be told
   */
  int at(long peer, Path path);

  /**
   * Takes the byte of a slot.
   *
   * @param peer the peer
   * @param slot the slot
   * @return 0, or {@link #EAGAIN}
   */
  int claim(long peer, int slot);

  /**
   * Whether another peer holds the byte of a slot.
   *
   * @param peer the peer that asks; of its own slot it learns nothing
   * @param slot the slot
   * @return 1 or 0
   */
  int alive(long peer, int slot);

  /**
   * Takes the byte for creation, or gives it back.
   *
   * @param peer the peer
   * @param take whether to take it
   * @return 0, or {@link #EAGAIN}
   */
  int creation(long peer, boolean take);

  /**
   * A path by which the Java library opens the very file of a peer, whatever its own path leads to
   * by now.
   *
   * @param peer the peer
   * @param path the path by which the peer was opened
   * @return that path where the system has no other
   */
  Path pathOf(long peer, Path path);
}
