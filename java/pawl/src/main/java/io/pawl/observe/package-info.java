/**
 * What can be seen of waits: the {@linkplain io.pawl.observe.Names names} of what threads wait for,
 * the waits themselves, told to {@linkplain io.pawl.observe.ContentionListener listeners}, the
 * flight recorder and the log of {@linkplain io.pawl.observe.SlowWaits slow waits}, and who is to
 * blame.
 */
package io.pawl.observe;
