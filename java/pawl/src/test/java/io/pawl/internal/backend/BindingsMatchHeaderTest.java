package io.pawl.internal.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.HeaderFile;
import io.pawl.spi.NativeWait;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BindingsMatchHeaderTest {
  private static final String[] USED = {
    "pawl_abi_version",
    "pawl_wait",
    "pawl_wake",
    "pawl_requeue",
    "pawl_barrier_register",
    "pawl_barrier"
  };

  /** Those that Panama alone calls, whatever the backend. */
  private static final String[] PEERS = {
    "pawl_peer_open",
    "pawl_peer_reopen",
    "pawl_peer_close",
    "pawl_peer_at",
    "pawl_peer_claim",
    "pawl_peer_alive",
    "pawl_peer_init_lock"
  };

  /** The same, for the locks of the system and for waits on several words. */
  private static final String[] OTHERS = {
    "pawl_os_size",
    "pawl_os_alignment",
    "pawl_os_init",
    "pawl_os_destroy",
    "pawl_os_lock",
    "pawl_os_lock_until",
    "pawl_os_trylock",
    "pawl_os_unlock",
    "pawl_pi_lock",
    "pawl_pi_trylock",
    "pawl_pi_unlock",
    "pawl_waitv"
  };

  private final HeaderFile header = HeaderFile.read();

  @BeforeAll
  static void loadTheShim() {
    LoadedShim.require();
  }

  @Test
  void panamaDescriptorsHaveTheTypesOfTheHeader() {
    Map<String, MethodType> bound = new TreeMap<>();
    for (String function : USED) {
      bound.put(function, ShimLinker.type(function).toMethodType());
    }
    for (String function : PEERS) {
      bound.put(function, ShimLinker.type(function).toMethodType());
    }
    for (String function : OTHERS) {
      bound.put(function, asNumbers(ShimLinker.type(function).toMethodType()));
    }

    assertThat(bound).isEqualTo(header.functions());
  }

  /** A pointer is passed as a number of 64 bits is, on all systems with a shim. */
  private static MethodType asNumbers(MethodType type) {
    MethodType numbers = type;
    for (int i = 0; i < type.parameterCount(); i++) {
      if (type.parameterType(i) == MemorySegment.class) {
        numbers = numbers.changeParameterType(i, long.class);
      }
    }
    return numbers;
  }

  /** No function of the shim is there for C alone. */
  @Test
  void everyFunctionOfTheHeaderIsCalledByAClassOfPawl() {
    Map<String, List<String>> callers = new TreeMap<>();
    for (String function : header.functions().keySet()) {
      callers.put(function, Constants.classesWith(function));
    }
    callers.forEach(
        (function, classes) -> assertThat(classes).as("callers of %s", function).isNotEmpty());
    assertThat(callers.get("pawl_wait")).contains("ShimLinker");
    assertThat(callers.get("pawl_waitv")).contains("ManyWaits");
    assertThat(callers.get("pawl_os_lock")).contains("OsLocks$Handles");
    assertThat(callers.get("pawl_pi_lock")).contains("PiLocks$Handles");
    assertThat(callers.get("pawl_peer_open")).contains("ShimPeers");
    assertThat(Constants.classesWith("pawl_nothing")).isEmpty();
  }

  @Test
  void jniNativesHaveTheTypesOfTheHeader() {
    Map<String, MethodType> bound = new TreeMap<>();
    for (Method method : JniBindings.class.getDeclaredMethods()) {
      assertThat(Modifier.isNative(method.getModifiers())).as("%s", method).isTrue();
      bound.put(
          functionOf(method.getName()),
          MethodType.methodType(method.getReturnType(), method.getParameterTypes()));
    }

    assertThat(bound).containsOnlyKeys(USED);
    assertThat(header.functions()).containsAllEntriesOf(bound);
  }

  @Test
  void everyJniNativeIsInTheShim() {
    long address = 0;
    assertThat(JniBindings.abiVersion()).isEqualTo(Shim.ABI_VERSION);
    assertThat(JniBindings.await(address + 1, 0, 0, 0)).isEqualTo(NativeWait.EINVAL);
    assertThat(JniBindings.wake(address + 1, 0, 0)).isEqualTo(NativeWait.EINVAL);
    assertThat(JniBindings.requeue(address + 1, 0, 0, 0, 0, 0)).isNegative();
    assertThat(JniBindings.barrierRegister()).isNotPositive();
    assertThat(JniBindings.barrier()).isNotPositive();
  }

  @Test
  void constantsHaveTheValuesOfTheHeader() throws Exception {
    assertThat(header.constants())
        .containsEntry("PAWL_ABI_VERSION", (long) Shim.ABI_VERSION)
        .containsEntry("PAWL_ABI_VERSION", (long) ShimLinker.version(SymbolLookup.loaderLookup()))
        .containsEntry("PAWL_PRIVATE", 0L)
        .containsEntry("PAWL_SHARED", 1L)
        .containsEntry("PAWL_FOREVER", NativeWait.FOREVER)
        .containsEntry("PAWL_EPERM", (long) NativeWait.EPERM)
        .containsEntry("PAWL_EINTR", (long) NativeWait.EINTR)
        .containsEntry("PAWL_EAGAIN", (long) NativeWait.EAGAIN)
        .containsEntry("PAWL_EINVAL", (long) NativeWait.EINVAL)
        .containsEntry("PAWL_ENOSYS", (long) NativeWait.ENOSYS)
        .containsEntry("PAWL_ETIMEDOUT", (long) NativeWait.ETIMEDOUT);
  }

  /** barrierRegister is pawl_barrier_register; await is named for what Object calls wait. */
  private static String functionOf(String method) {
    return method.equals("await")
        ? "pawl_wait"
        : "pawl_" + method.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
