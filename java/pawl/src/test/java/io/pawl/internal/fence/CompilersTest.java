package io.pawl.internal.fence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompilersTest {
  private static final String SERVER = "OpenJDK 64-Bit Server VM";

  @ParameterizedTest
  @ValueSource(
      strings = {
        SERVER,
        "OpenJDK Client VM",
        "Java HotSpot(TM) 64-Bit Server VM",
        "OpenJDK Minimal VM"
      })
  void hotSpotsOwnCompilersAreKnown(String name) {
    assertThat(Compilers.unknown(name, "25.0.3+9-LTS", "Temurin-25.0.3+9", false)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Eclipse OpenJ9 VM",
        "Substrate VM",
        "Zing 64-Bit Tiered VM",
        "OpenJDK 64-Bit Zero VM"
      })
  void otherVirtualMachinesAreNamed(String name) {
    assertThat(Compilers.unknown(name, "25", "", false)).contains(name);
  }

  @ParameterizedTest
  @CsvSource({
    "25+37-LTS-jvmci-b01, '', false",
    "25+37, Oracle GraalVM 25+37.1, false",
    "25+37, GraalVM CE 25+37.1, false",
    "25+37, Temurin-25+37, true"
  })
  void aHotSpotWithAnotherCompilerIsTold(String version, String vendor, boolean pluggable) {
    assertThat(Compilers.unknown(SERVER, version, vendor, pluggable)).contains("C1 and C2");
  }
}
