@NullMarked
package io.pawl.benchmarks.result;

import org.jspecify.annotations.NullMarked;
