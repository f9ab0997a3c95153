package io.pawl.internal.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.HeaderFile;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The metadata by which GraalVM's native-image knows the calls that Pawl makes. */
class ReachabilityMetadataTest {
  private static final String FILE =
      "/META-INF/native-image/io.pawl/pawl/reachability-metadata.json";

  @Test
  void fileHasEachCallOfTheCodeAndNoOther() throws IOException {
    TreeSet<String> calls = new TreeSet<>();
    for (String function : HeaderFile.read().functions().keySet()) {
      calls.add(call(ShimLinker.type(function), ""));
    }
    calls.add(call(SyscallLinker.type(), "\"firstVariadicArg\": 1"));
    calls.add(call(SyscallLinker.type(), "\"captureCallState\": true, \"firstVariadicArg\": 1"));
    calls.add(call(MemoryFile.closeType(), ""));
    calls.add(call(MemoryFile.createType(), "\"captureCallState\": true"));
    String expected =
        "{\n  \"foreign\": {\n    \"downcalls\": [\n"
            + String.join(",\n", calls)
            + "\n    ]\n  },\n  \"resources\": [\n"
            + "    {\"glob\": \"META-INF/native/*/*\"},\n"
            + "    {\"glob\": \"io/pawl/version.properties\"}\n"
            + "  ]\n}\n";

    assertThat(content()).isEqualTo(expected);
  }

  /** What the test above does not know of would be left out of the file. */
  @Test
  void noOtherClassLinksCalls() {
    assertThat(Constants.classesWith("downcallHandle"))
        .containsExactly("MemoryFile", "ShimLinker", "SyscallLinker");
  }

  private static String call(FunctionDescriptor type, String options) {
    String parameters =
        type.argumentLayouts().stream()
            .map(layout -> "\"" + name(layout) + "\"")
            .collect(Collectors.joining(", "));
    return "      {\"returnType\": \""
        + name(type.returnLayout().orElseThrow())
        + "\", \"parameterTypes\": ["
        + parameters
        + "]"
        + (options.isEmpty() ? "" : ", \"options\": {" + options + "}")
        + "}";
  }

  private static String name(MemoryLayout layout) {
    if (layout instanceof AddressLayout) {
      return "void*";
    }
    return layout.equals(ValueLayout.JAVA_INT) ? "jint" : "jlong";
  }

  private static String content() throws IOException {
    try (InputStream in = Objects.requireNonNull(Backend.class.getResourceAsStream(FILE))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
