/**
 * What can be seen of waits: the {@linkplain io.pawl.observe.Names names} of what threads wait for.
 */
package io.pawl.observe;
