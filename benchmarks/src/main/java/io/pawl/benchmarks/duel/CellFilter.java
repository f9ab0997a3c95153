package io.pawl.benchmarks.duel;

import java.util.List;

/**
 * Which cells of scenarios are to be measured.
 *
 * @param parts cells whose names contain one of these; empty for all
 */
record CellFilter(List<String> parts) {
  boolean wants(String cell) {
    return parts.isEmpty() || parts.stream().anyMatch(cell::contains);
  }
}
