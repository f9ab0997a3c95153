package io.pawl.jna;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.HeaderFile;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class JnaBindingsMatchHeaderTest {
  private final HeaderFile header = HeaderFile.read();

  @Test
  void nativesHaveTheTypesOfTheHeader() {
    Map<String, MethodType> bound = new TreeMap<>();
    for (Method method : JnaBindings.class.getDeclaredMethods()) {
      if (Modifier.isNative(method.getModifiers())) {
        bound.put(
            method.getName(),
            MethodType.methodType(method.getReturnType(), method.getParameterTypes()));
      }
    }

    assertThat(bound)
        .containsOnlyKeys(
            "pawl_abi_version",
            "pawl_wait",
            "pawl_wake",
            "pawl_requeue",
            "pawl_barrier_register",
            "pawl_barrier");
    assertThat(header.functions()).containsAllEntriesOf(bound);
  }

  @Test
  void abiVersionIsThatOfTheHeader() {
    assertThat(header.constants())
        .containsEntry("PAWL_ABI_VERSION", (long) JnaProvider.ABI_VERSION);
  }
}
