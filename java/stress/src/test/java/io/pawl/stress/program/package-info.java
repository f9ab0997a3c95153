/**
 * Programs as users write them, with imports of the JDK. {@code SameProgramTest} runs them once as
 * they are and once compiled with the imports replaced.
 */
@NullMarked
package io.pawl.stress.program;

import org.jspecify.annotations.NullMarked;
