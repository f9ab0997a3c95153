package io.pawl.shared;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who holds a shared lock, or held it when it died. All but {@link #alive} is what the owner itself
 * has written into the file, for people to read: nothing is decided by it.
 *
 * @param slot the place of its process in the region; -1 if that is not known any more
 * @param pid the number of its process, as seen in its own namespace of processes; 0 if not known
 * @param label the label of its process, of {@link RegionOptions#label(String)}
 * @param thread the name of its thread; empty if not known
 * @param since since when it has held the lock at the latest; null if nobody has noticed: an owner
 *     reads no clock, the first that has to wait for it does
 * @param alive whether its process lives
 */
public record LockOwner(
    int slot, long pid, String label, String thread, @Nullable Instant since, boolean alive) {

  /**
   * Describes the owner in words.
   *
   * @return such as {@code thread "main" of process 4711 (worker 3)}
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(100);
    text.append(thread.isEmpty() ? "a thread" : "thread \"" + thread + '"');
    if (pid != 0) {
      text.append(" of process ").append(pid);
    }
    if (!label.isEmpty()) {
      text.append(" (").append(label).append(')');
    }
    if (since != null) {
      text.append(", since ").append(since);
    }
    return text.toString();
  }
}
