/** Programs that look for fences that are believed in and do nothing. */
@NullMarked
package io.pawl.stress.hole;

import org.jspecify.annotations.NullMarked;
