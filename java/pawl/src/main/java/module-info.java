/** Synchronization primitives that wait in the operating system's own futex. */
@org.jspecify.annotations.NullMarked
module io.pawl {
  requires static org.jspecify;
}
