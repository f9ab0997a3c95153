package io.pawl.benchmarks.duel;

import java.util.List;
import java.util.Map;

/**
 * What one set of processes has measured.
 *
 * @param rounds the turns of each round, by the names of the sides
 * @param disturbed how many of them others have disturbed
 */
record Fork(List<Map<String, Turn>> rounds, int disturbed) {}
