package io.pawl.internal.backend;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.pawl.spi.NativeWaitProvider.UnavailableException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The peers of the shim, linked through {@code java.lang.foreign} whatever the backend. */
final class ShimPeers implements PeerCalls {

  private final Platform platform = Platform.current();
  private final MethodHandle open;
  private final MethodHandle reopen;
  private final MethodHandle close;
  private final MethodHandle at;
  private final MethodHandle claim;
  private final MethodHandle alive;
  private final MethodHandle creation;

  private ShimPeers(SymbolLookup shim) throws UnavailableException {
    open = ShimLinker.link(shim, "pawl_peer_open");
    reopen = ShimLinker.link(shim, "pawl_peer_reopen");
    close = ShimLinker.link(shim, "pawl_peer_close");
    at = ShimLinker.link(shim, "pawl_peer_at");
    claim = ShimLinker.link(shim, "pawl_peer_claim");
    alive = ShimLinker.link(shim, "pawl_peer_alive");
    creation = ShimLinker.link(shim, "pawl_peer_init_lock");
  }

  /**
   * Links the functions.
   *
   * @throws UnavailableException if the shim does not have them
   */
  static PeerCalls open(SymbolLookup shim) throws UnavailableException {
    return new ShimPeers(shim);
  }

  /** The types of the functions, which are those of the header. */
  static FunctionDescriptor type(String function) {
    return switch (function) {
      case "pawl_peer_open" -> FunctionDescriptor.of(JAVA_LONG, JAVA_LONG);
      case "pawl_peer_reopen" -> FunctionDescriptor.of(JAVA_LONG, JAVA_INT);
      case "pawl_peer_close" -> type(JAVA_LONG);
      case "pawl_peer_at" -> type(JAVA_LONG, JAVA_LONG);
      default -> type(JAVA_LONG, JAVA_INT);
    };
  }

  private static FunctionDescriptor type(MemoryLayout... parameters) {
    return FunctionDescriptor.of(JAVA_INT, parameters);
  }

  @Override
  public long open(Path path) {
    try (Arena arena = Arena.ofConfined()) {
      return (long) open.invokeExact(name(arena, path));
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  @Override
  public long reopen(int descriptor) {
    try {
      return (long) reopen.invokeExact(descriptor);
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  @Override
  public int close(long peer) {
    try {
      return (int) close.invokeExact(peer);
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  @Override
  public int at(long peer, Path path) {
    try (Arena arena = Arena.ofConfined()) {
      return (int) at.invokeExact(peer, name(arena, path));
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  @Override
  public int claim(long peer, int slot) {
    try {
      return (int) claim.invokeExact(peer, slot);
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  @Override
  public int alive(long peer, int slot) {
    try {
      return (int) alive.invokeExact(peer, slot);
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  @Override
  public int creation(long peer, boolean take) {
    try {
      return (int) creation.invokeExact(peer, take ? 1 : 0);
    } catch (Throwable t) {
      throw Downcalls.unexpected(t);
    }
  }

  @Override
  public Path pathOf(long peer, Path path) {
    if (platform.isWindows()) {
      return path;
    }
    return Path.of(platform.isLinux() ? "/proc/self/fd" : "/dev/fd", Long.toString(peer));
  }

  private long name(Arena arena, Path path) {
    Charset charset = platform.isWindows() ? StandardCharsets.UTF_16LE : fileNames();
    byte[] bytes = path.toString().concat("\0").getBytes(charset);
    return arena.allocateFrom(JAVA_BYTE, bytes).address();
  }

  /** The charset of file names, by which the JDK itself encodes them. */
  static Charset fileNames() {
    String name = System.getProperty("sun.jnu.encoding");
    return name == null ? Charset.defaultCharset() : Charset.forName(name);
  }
}
