package io.pawl.internal.backend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {

  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, META-INF/native/linux-x86_64/libpawl.so",
    "Linux, aarch64, META-INF/native/linux-aarch64/libpawl.so",
    "Windows 11, amd64, META-INF/native/windows-x86_64/pawl.dll",
    "Windows Server 2025, aarch64, META-INF/native/windows-aarch64/pawl.dll",
    "Mac OS X, x86_64, META-INF/native/macos-x86_64/libpawl.dylib",
    "Mac OS X, aarch64, META-INF/native/macos-aarch64/libpawl.dylib",
    "FreeBSD, amd64, META-INF/native/freebsd-x86_64/libpawl.so",
    "OpenBSD, aarch64, META-INF/native/openbsd-aarch64/libpawl.so"
  })
  void resourceIsNamedForThePlatform(String os, String arch, String resource) {
    assertThat(Platform.of(os, arch).resource()).isEqualTo(resource);
  }
}
