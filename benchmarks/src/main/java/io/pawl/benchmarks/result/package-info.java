/** What a run of {@code compare} has measured, as records that are kept as JSON. */
@NullMarked
package io.pawl.benchmarks.result;

import org.jspecify.annotations.NullMarked;
