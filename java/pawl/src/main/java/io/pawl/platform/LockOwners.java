package io.pawl.platform;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who holds which lock of the system, by the address: all {@link OsMutex}es of one address have the
 * same owner, so that a thread that has locked by one of them does not lock by another, which the
 * system would punish with a deadlock or the end of the process.
 */
final class LockOwners {

  private static final Map<Long, Entry> ENTRIES = new HashMap<>();
  private static final ReferenceQueue<SystemLock.Sync> DEAD = new ReferenceQueue<>();

  private LockOwners() {}

  /** Returns that of an address, which stays the same while it is held, or somebody keeps it. */
  static synchronized SystemLock.Sync at(long address) {
    for (Reference<?> dead; (dead = DEAD.poll()) != null; ) {
      Entry entry = (Entry) dead;
      boolean _ = ENTRIES.remove(entry.address, entry);
    }
    Entry known = ENTRIES.get(address);
    SystemLock.Sync sync = known == null ? null : known.get();
    if (sync == null) {
      sync = new SystemLock.Sync();
      Entry entry = new Entry(address, sync);
      sync.keeper = entry;
      Entry _ = ENTRIES.put(address, entry);
    }
    return sync;
  }

  private static final class Entry extends WeakReference<SystemLock.Sync>
      implements SystemLock.Keeper {
    final long address;

    /** The owner's record while there is an owner. */
    @SuppressWarnings("UnusedVariable") // keeps it reachable
    private SystemLock.@Nullable Sync held;

    Entry(long address, SystemLock.Sync sync) {
      super(sync, DEAD);
      this.address = address;
    }

    @Override
    public void keep(SystemLock.@Nullable Sync sync) {
      held = sync;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }
}
