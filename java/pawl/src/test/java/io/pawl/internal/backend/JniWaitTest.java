package io.pawl.internal.backend;

import io.pawl.kit.NativeWaitContract;
import io.pawl.spi.NativeWait;
import org.junit.jupiter.api.BeforeAll;

class JniWaitTest extends NativeWaitContract {

  @BeforeAll
  static void loadTheShim() {
    LoadedShim.require();
  }

  @Override
  protected NativeWait backend() {
    return new JniWait();
  }
}
