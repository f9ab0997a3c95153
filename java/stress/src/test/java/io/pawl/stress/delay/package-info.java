/**
 * Locks with delays around their fences, or with a broken unlock: a JVM of its own runs patched
 * classes of the library and watches for threads that sleep while their lock is free.
 */
@org.jspecify.annotations.NullMarked
package io.pawl.stress.delay;
