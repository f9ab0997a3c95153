/** On which CPUs processes and threads run. */
@NullMarked
package io.pawl.benchmarks.cpu;

import org.jspecify.annotations.NullMarked;
