package io.pawl.internal.backend;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The bundled shim, for tests that need it in this JVM. */
final class LoadedShim {
  private LoadedShim() {}

  /** Loads the shim, or skips the tests where the build had no compiler to make one. */
  static void require() {
    String resource = "/" + Platform.current().resource();
    assumeTrue(LoadedShim.class.getResource(resource) != null, "the build made no " + resource);
    Backend.settled();
  }
}
