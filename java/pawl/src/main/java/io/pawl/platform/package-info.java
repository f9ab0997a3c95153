/**
 * The operating system's own locks, for what Pawl's cannot do: to exclude code in C of the same
 * process ({@link io.pawl.platform.OsMutex}), and to lend a thread the priority of those that wait
 * for it ({@link io.pawl.platform.PiMutex}).
 *
 * <p>Both block the thread in the system until they are acquired, and belong to threads of the
 * system. So they are for platform threads; everywhere else {@link io.pawl.locks.Mutex} is the
 * better lock.
 */
package io.pawl.platform;
