/** Synchronization primitives that wait in the operating system's own futex. */
@org.jspecify.annotations.NullMarked
module io.pawl {
  requires static com.google.errorprone.annotations;
  requires static java.management;
  requires static jdk.jfr;
  requires static org.jspecify;

  exports io.pawl;
  exports io.pawl.atomic;
  exports io.pawl.channel;
  exports io.pawl.locks;
  exports io.pawl.memory;
  exports io.pawl.observe;
  exports io.pawl.platform;
  exports io.pawl.rcu;
  exports io.pawl.shared;
  exports io.pawl.spi;

  uses io.pawl.spi.NativeWaitProvider;
}
