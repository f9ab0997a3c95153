package io.pawl.shared;

import java.time.Instant;

/**
 * A handle that is attached to a region, of this process or another. All but the slot is what its
 * process has written into the file, for people to read. A handle that is just being attached may
 * still show what the last one in its slot has written, or zeros.
 *
 * @param slot its place in the region
 * @param pid the number of its process, as seen in its own namespace of processes
 * @param startTime when its process started, in clock ticks after the system did; 0 if not known
 * @param label its label, of {@link RegionOptions#label(String)}
 * @param since when it was attached
 * @param self whether it is the handle that was asked
 */
public record RegionPeer(
    int slot, long pid, long startTime, String label, Instant since, boolean self) {}
