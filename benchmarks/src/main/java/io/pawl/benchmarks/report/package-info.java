/** The report of runs of {@code compare}, to look at and to read in a terminal. */
@NullMarked
package io.pawl.benchmarks.report;

import org.jspecify.annotations.NullMarked;
