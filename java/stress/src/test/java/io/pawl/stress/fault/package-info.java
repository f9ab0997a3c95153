/**
 * The kit while memory, stack and native calls fail: a JVM of its own runs classes of the library
 * that are patched to throw an error at each place where the virtual machine may throw one, in
 * turn, and looks whether anybody sleeps for ever or anything is counted wrong afterwards.
 */
@org.jspecify.annotations.NullMarked
package io.pawl.stress.fault;
