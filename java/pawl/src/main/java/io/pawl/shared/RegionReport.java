package io.pawl.shared;

import java.util.ArrayList;
import java.util.List;

/** What can be said of a region without changing it. */
final class RegionReport {
  private RegionReport() {}

  /** The handles that live, in the order of their slots. */
  static List<RegionPeer> attached(Region region) {
    List<RegionPeer> peers = new ArrayList<>();
    try {
      for (int slot = 0; slot < region.slots; slot++) {
        if (region.isTaken(slot)) {
          peers.add(Slots.read(region.memory, slot, slot == region.slot));
        }
      }
    } catch (InternalError e) {
      throw region.lost(e);
    }
    return peers;
  }
}
