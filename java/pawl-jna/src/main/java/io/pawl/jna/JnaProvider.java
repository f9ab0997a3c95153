package io.pawl.jna;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import io.pawl.spi.NativeWait;
import io.pawl.spi.NativeWaitProvider;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Provides the backend {@code jna}. */
public final class JnaProvider implements NativeWaitProvider {
  /** PAWL_ABI_VERSION of the pawl.h to which the bindings were written. */
  static final int ABI_VERSION = 3;

  /** Constructs the provider. */
  public JnaProvider() {}

  @Override
  public String name() {
    return "jna";
  }

  @Override
  public NativeWait open(@Nullable Path shim) throws UnavailableException {
    if (shim == null) {
      throw new UnavailableException("there is no shim that JNA could open", null);
    }
    try {
      Native.register(JnaBindings.class, NativeLibrary.getInstance(shim.toString()));
      int version = JnaBindings.pawl_abi_version();
      if (version != ABI_VERSION) {
        throw new UnavailableException(
            shim + " has ABI version " + version + ", but pawl-jna needs " + ABI_VERSION, null);
      }
      return new JnaWait();
    } catch (IllegalCallerException e) {
      throw new UnavailableException(denied(), e);
    } catch (LinkageError e) {
      throw new UnavailableException(
          e.getCause() instanceof IllegalCallerException ? denied() : "JNA failed: " + e, e);
    }
  }

  private static String denied() {
    return "native access is denied to JNA; start java with "
        + (JnaProvider.class.getModule().isNamed()
            ? "--enable-native-access=io.pawl,io.pawl.jna,com.sun.jna"
            : "--enable-native-access=ALL-UNNAMED");
  }
}
