package io.pawl.benchmarks.result;

import java.time.Instant;
import java.util.List;

/**
 * What one has to know of the machine to judge its numbers.
 *
 * @param name what the machine is called in a report of several, as "EPYC, Linux"
 * @param cpu the model of the processor
 * @param cpusUsed on how many CPUs the run was
 * @param cpusAvailable how many there are
 * @param affinity which CPUs those are, or why the run could not choose
 * @param kernel name and version
 * @param os the system and its version
 * @param jdk vendor and version
 * @param flags of the measuring JVMs
 * @param loadBefore load averages at the start, or that there are none
 * @param loadAfter load averages at the end
 * @param commit of Pawl, and whether something was changed
 * @param date of the start
 * @param pawl what Pawl tells of itself
 */
public record Host(
    String name,
    String cpu,
    int cpusUsed,
    int cpusAvailable,
    String affinity,
    String kernel,
    String os,
    String jdk,
    List<String> flags,
    String loadBefore,
    String loadAfter,
    String commit,
    Instant date,
    String pawl) {
  /** Copies the flags. */
  public Host {
    flags = List.copyOf(flags);
  }
}
