package io.pawl.platform;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who holds which lock of C code, by the address: all {@link OsMutex}es of one address have the
 * same owner, so that a thread that has locked by one of them does not lock by another, which the
 * system would punish with a deadlock or the end of the process.
 */
final class ForeignLocks {

  private static final Map<Long, Entry> ENTRIES = new HashMap<>();
  private static final ReferenceQueue<SystemLock.Sync> DEAD = new ReferenceQueue<>();

  private ForeignLocks() {}

  /** Returns that of an address, for as long as somebody keeps it. */
  static synchronized SystemLock.Sync at(long address) {
    for (Reference<?> dead; (dead = DEAD.poll()) != null; ) {
      Entry entry = (Entry) dead;
      boolean _ = ENTRIES.remove(entry.address, entry);
    }
    Entry known = ENTRIES.get(address);
    SystemLock.Sync sync = known == null ? null : known.get();
    if (sync == null) {
      sync = new SystemLock.Sync();
      Entry _ = ENTRIES.put(address, new Entry(address, sync));
    }
    return sync;
  }

  private static final class Entry extends WeakReference<SystemLock.Sync> {
    final long address;

    Entry(long address, SystemLock.Sync sync) {
      super(sync, DEAD);
      this.address = address;
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
