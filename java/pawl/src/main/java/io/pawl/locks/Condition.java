package io.pawl.locks;

/**
 * A {@link java.util.concurrent.locks.Condition} under a name of this package, so that a program
 * can replace its imports. It adds nothing, and all conditions of this package implement it.
 */
public interface Condition extends java.util.concurrent.locks.Condition {}
