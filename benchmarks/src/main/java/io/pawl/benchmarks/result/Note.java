package io.pawl.benchmarks.result;

/**
 * What a reader has to know of a scenario, as why it could not be measured here.
 *
 * @param id of the scenario; empty if it concerns all
 * @param text a sentence or two
 */
public record Note(String id, String text) {}
