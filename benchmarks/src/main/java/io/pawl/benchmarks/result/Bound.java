package io.pawl.benchmarks.result;

/**
 * What no implementation can be better than.
 *
 * @param value in the row's unit
 * @param explanation where it comes from, in a few words
 */
public record Bound(double value, String explanation) {}
