package io.pawl.internal.backend;

import io.pawl.kit.NativeWaitContract;
import io.pawl.spi.NativeWait;
import org.junit.jupiter.api.BeforeAll;

class PanamaWaitTest extends NativeWaitContract {

  @BeforeAll
  static void loadTheShim() {
    LoadedShim.require();
  }

  @Override
  protected NativeWait backend() {
    return new PanamaWait();
  }
}
