package io.pawl.internal.backend;

import io.pawl.kit.NativeWaitContract;
import io.pawl.spi.NativeWait;
import io.pawl.spi.NativeWaitProvider.UnavailableException;
import java.lang.foreign.SymbolLookup;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;

class PanamaWaitTest extends NativeWaitContract {

  private static @Nullable NativeWait backend;

  @BeforeAll
  static void link() throws UnavailableException {
    LoadedShim.require();
    backend = ShimLinker.open(SymbolLookup.loaderLookup());
  }

  @Override
  protected NativeWait backend() {
    NativeWait opened = backend;
    if (opened == null) {
      throw new AssertionError();
    }
    return opened;
  }
}
