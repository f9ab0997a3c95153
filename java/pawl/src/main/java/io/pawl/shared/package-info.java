/**
 * Locks in a file that processes share, which survive the death of a process that holds them.
 *
 * <p>A {@link io.pawl.shared.SharedRegion} is a file that several processes have mapped. In it are
 * locks that are found by their names, and room for the data that they guard. A process that ends,
 * however suddenly, loses its locks; who comes next learns that the owner died, repairs the data or
 * has it repaired, and goes on. Programs in C and C++ take part with {@code pawl_shared.h}.
 */
package io.pawl.shared;
