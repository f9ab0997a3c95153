/**
 * jcstress tests of the memory order of the locks and their queues. Each actor runs millions of
 * times against the other; whatever is not a listed outcome fails.
 */
@org.jspecify.annotations.NullMarked
package io.pawl.stress;
