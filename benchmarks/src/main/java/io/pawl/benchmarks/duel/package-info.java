/**
 * Comparison in pairs: one warm process for each implementation, all alive at once, that work in
 * turns.
 */
@NullMarked
package io.pawl.benchmarks.duel;

import org.jspecify.annotations.NullMarked;
