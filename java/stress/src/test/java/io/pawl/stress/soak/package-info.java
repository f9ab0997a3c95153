/** Random operations on all drop-ins at once, for as long as wanted. */
@NullMarked
package io.pawl.stress.soak;

import org.jspecify.annotations.NullMarked;
