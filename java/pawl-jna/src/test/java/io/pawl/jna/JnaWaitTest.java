package io.pawl.jna;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pawl.kit.NativeWaitContract;
import io.pawl.spi.NativeWait;
import io.pawl.spi.NativeWaitProvider.UnavailableException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JnaWaitTest extends NativeWaitContract {
  private static @Nullable NativeWait backend;

  @BeforeAll
  static void openTheShim() throws UnavailableException {
    backend = new JnaProvider().open(HostShim.require());
  }

  @Override
  protected NativeWait backend() {
    NativeWait opened = backend;
    if (opened == null) {
      throw new AssertionError();
    }
    return opened;
  }

  @Test
  void withoutAShimTheReasonIsGiven() {
    assertThatThrownBy(() -> new JnaProvider().open(null))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("no shim");
  }

  @Test
  void corruptShimIsNamed(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("libpawl.so"), "no library");

    assertThatThrownBy(() -> new JnaProvider().open(file))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining(file.toString());
  }
}
