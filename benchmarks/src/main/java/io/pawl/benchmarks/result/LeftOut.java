package io.pawl.benchmarks.result;

/**
 * What only the full run measures.
 *
 * @param id of the scenario
 * @param title of the scenario
 * @param cells which of its cells, in a few words
 */
public record LeftOut(String id, String title, String cells) {}
