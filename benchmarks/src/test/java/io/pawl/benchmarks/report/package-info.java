@NullMarked
package io.pawl.benchmarks.report;

import org.jspecify.annotations.NullMarked;
