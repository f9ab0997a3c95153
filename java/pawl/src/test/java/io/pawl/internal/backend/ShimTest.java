package io.pawl.internal.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pawl.Pawl;
import io.pawl.kit.ChildJvm;
import io.pawl.kit.Patience;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The loader, each time in a JVM of its own. */
class ShimTest {
  @TempDir Path directory;

  @BeforeAll
  static void loadTheShim() {
    LoadedShim.require();
  }

  @Test
  void namedFileIsLoaded() throws Exception {
    Path file = bundledFile();

    assertThat(describe("-Dpawl.library.path=" + file).quietOut())
        .contains("backend: panama\n")
        .contains("shim: " + file + " (named by -Dpawl.library.path)");
  }

  @Test
  void fileOnTheLibraryPathIsLoaded() throws Exception {
    Path file = bundledFile();

    assertThat(describe("-Djava.library.path=" + directory).quietOut())
        .contains("backend: panama\n")
        .contains("shim: " + file + " (found on java.library.path)");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void bundledFileLeavesNothingBehind() throws Exception {
    String out = describe("-Djava.io.tmpdir=" + directory).quietOut();

    assertThat(out).contains("backend: panama\n", "shim: " + directory);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void absentNamedFileIsRefusedWithoutFallback() throws Exception {
    assertThat(settled("-Dpawl.library.path=" + directory.resolve("none")))
        .startsWith("settled: refused: -Dpawl.library.path names a file that does not load: ")
        .contains(directory.resolve("none").toString(), "leave the property out")
        .contains("current: refused: ");
  }

  @Test
  void corruptNamedFileIsRefusedWithoutFallback() throws Exception {
    Path file = Files.writeString(directory.resolve("corrupt"), "no library");

    // The JVM warns about the file by itself.
    assertThat(Children.probe("settled", "-Dpawl.library.path=" + file).run().normalOut())
        .startsWith("settled: refused: -Dpawl.library.path names a file that does not load: ")
        .contains(file.toString());
  }

  @Test
  void corruptFileOnTheLibraryPathIsPassedOver() throws Exception {
    Files.writeString(directory.resolve(Platform.current().libraryName()), "no library");

    // The JVM warns about the file by itself.
    assertThat(describe("-Djava.library.path=" + directory).normalOut())
        .contains("backend: panama\n", "(bundled, ");
  }

  @Test
  void anotherLibraryIsRefused() throws Exception {
    Path file = compile("int nothing_of_pawl(void) { return 0; }");

    assertThat(settled("-Dpawl.library.path=" + file))
        .startsWith("settled: refused: ")
        .contains(file + " (named by -Dpawl.library.path) is no Pawl shim");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void shimWithoutWaitsIsTakenByNoBackend() throws Exception {
    Path file = compileWithoutWaits();

    assertThat(describe("-Dpawl.library.path=" + file).quietOut())
        .contains("backend: syscall\n")
        .contains("not panama: the trial calls returned -38, -38, 0")
        .contains("not jni: the trial calls returned -38, -38, 0");
    assertThat(settled("-Dpawl.library.path=" + file, "-Dpawl.backend=jni"))
        .startsWith("settled: refused: -Dpawl.backend=jni cannot be met: the trial calls returned");
  }

  @Test
  void namedFileWithAnotherAbiIsRefused() throws Exception {
    Path file = compileOtherAbi();

    assertThat(settled("-Dpawl.library.path=" + file))
        .startsWith("settled: refused: ")
        .contains(file.toString(), "has ABI version 99, but this Pawl needs " + Shim.ABI_VERSION);
  }

  @ParameterizedTest
  @CsvSource({"panama, PanamaWait", "jni, JniWait"})
  void installedFileWithAnotherAbiIsPassedOver(String backend, String type) throws Exception {
    Path file = compileOtherAbi();

    assertThat(describe("-Djava.library.path=" + directory).quietOut())
        .contains(
            "backend: panama\n",
            "(bundled, ",
            file + " (found on java.library.path) has ABI version 99");
    assertThat(settled("-Dpawl.backend=" + backend, "-Djava.library.path=" + directory))
        .isEqualTo("settled: " + type + "\ncurrent: " + type + "\n");
  }

  @Test
  void installedFileOfAnotherProductIsPassedOver() throws Exception {
    Path file = compile("int nothing_of_pawl(void) { return 0; }");

    assertThat(describe("-Djava.library.path=" + directory).quietOut())
        .contains(
            "backend: panama\n",
            "(bundled, ",
            file + " (found on java.library.path) is no Pawl shim");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void unwritableDirectoryLeavesTheFileInMemory() throws Exception {
    assertThat(describe("-Djava.io.tmpdir=/proc").quietOut())
        .contains("backend: panama\n", "(bundled, loaded from memory, since ");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void jniDemandIsMetFromMemory() throws Exception {
    assertThat(settled("-Dpawl.backend=jni", "-Djava.io.tmpdir=/proc"))
        .isEqualTo("settled: JniWait\ncurrent: JniWait\n");
  }

  @ParameterizedTest
  @CsvSource({"noexec", "ro", "size=4k"})
  @EnabledOnOs(OS.LINUX)
  void mountThatCannotHoldTheFileLeavesTheFileInMemory(String option) throws Exception {
    String[] mount = {
      "unshare",
      "-m",
      "sh",
      "-c",
      "mount -t tmpfs -o \"$0\" tmpfs \"$1\" && shift && exec \"$@\"",
      option,
      directory.toString()
    };
    assumeTrue(succeeds(append(mount, "true")), "only root may mount");

    String out =
        ChildJvm.java()
            .under(mount)
            .with("--enable-native-access=ALL-UNNAMED", "-Djava.io.tmpdir=" + directory)
            .with("-XX:-UsePerfData", "-cp", Children.classes().toString())
            .with(Pawl.class.getName())
            .run()
            .normalOut();

    assertThat(out)
        .contains("backend: panama\n", "(bundled, loaded from memory, since ")
        .contains("cannot be loaded from a temporary file")
        .doesNotContain("set -Djava.io.tmpdir");
  }

  @ParameterizedTest
  @CsvSource({"panama, PanamaWait", "jni, JniWait"})
  void manyClassLoadersLoadTheBundledFile(String backend, String type) throws Exception {
    assertThat(loaders("-Dpawl.backend=" + backend).run().quietOut()).isEqualTo(many(type));
  }

  @ParameterizedTest
  @CsvSource({"panama, PanamaWait", "jni, JniWait"})
  void manyClassLoadersLoadTheNamedFile(String backend, String type) throws Exception {
    String file = "-Dpawl.library.path=" + bundledFile();

    assertThat(loaders("-Dpawl.backend=" + backend, file).run().quietOut()).isEqualTo(many(type));
  }

  @ParameterizedTest
  @CsvSource({"panama, PanamaWait", "jni, JniWait"})
  void manyClassLoadersLoadTheInstalledFile(String backend, String type) throws Exception {
    String path = "-Djava.library.path=" + bundledFile().getParent();

    assertThat(loaders("-Dpawl.backend=" + backend, path).run().quietOut()).isEqualTo(many(type));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void secondClassLoaderBindsTheNamedFileWhereItCannotBeCopied() throws Exception {
    String file = "-Dpawl.library.path=" + bundledFile();

    assertThat(loaders("-Djava.io.tmpdir=/proc", file).run().quietOut())
        .isEqualTo(many("PanamaWait"));
  }

  @ParameterizedTest
  @CsvSource({"panama, PanamaWait", "jni, JniWait"})
  @EnabledOnOs(OS.LINUX)
  void filesInMemoryLeaveNoDescriptorOpen(String backend, String type) throws Exception {
    String out = loaders("-Dpawl.backend=" + backend, "-Djava.io.tmpdir=/proc").run().quietOut();

    assertThat(out).isEqualTo(many(type));
  }

  /** What {@link Probe} prints when each loader has got the same. */
  private static String many(String type) {
    return ("loader " + type + "\n").repeat(Probe.LOADERS) + "files in memory: 0\n";
  }

  private static ChildJvm loaders(String... options) {
    return Children.probe("loaders", options).with(Children.classes().toString());
  }

  private static ChildJvm.Result describe(String option) throws Exception {
    return ChildJvm.java()
        .with("--enable-native-access=ALL-UNNAMED", option)
        .with("-cp", Children.classes().toString(), Pawl.class.getName())
        .run();
  }

  private static String settled(String... options) throws Exception {
    return Children.probe("settled", options).run().quietOut();
  }

  private Path bundledFile() throws IOException {
    Platform platform = Platform.current();
    Path file = directory.resolve(platform.libraryName());
    try (InputStream in = ShimTest.class.getResourceAsStream("/" + platform.resource())) {
      assumeTrue(in != null);
      Files.copy(in, file);
    }
    return file.toRealPath();
  }

  /** A shim that is complete, on a system that has nothing to wait with. */
  private Path compileWithoutWaits() throws Exception {
    StringBuilder source = new StringBuilder();
    for (String jni : new String[] {"pawl_", "Java_io_pawl_internal_backend_JniBindings_"}) {
      boolean plain = jni.equals("pawl_");
      source
          .append(
              "int "
                  + jni
                  + (plain ? "abi_version" : "abiVersion")
                  + "(void) { return %d; }\n".formatted(Shim.ABI_VERSION))
          .append("int " + jni + (plain ? "wait" : "await") + "(void) { return -38; }\n")
          .append("int " + jni + "wake(void) { return 0; }\n")
          .append("int " + jni + "requeue(void) { return -38; }\n")
          .append("int " + jni + (plain ? "barrier_register" : "barrierRegister"))
          .append("(void) { return -38; }\n")
          .append("int " + jni + "barrier(void) { return -38; }\n");
    }
    return compile(source.toString());
  }

  private Path compileOtherAbi() throws Exception {
    return compile(
        "int Java_io_pawl_internal_backend_JniBindings_abiVersion(void *e, void *c)"
            + " { return e == c ? 0 : 99; }"
            + " int Java_io_pawl_internal_backend_JniBindings_wake(void) { return 99; }"
            + " int pawl_abi_version(void) { return 99; }"
            + " int pawl_wake(void) { return 99; }");
  }

  private Path compile(String source) throws Exception {
    Path input = Files.writeString(directory.resolve("source.c"), source);
    Path output = directory.resolve(Platform.current().libraryName());
    assumeTrue(
        succeeds("cc", "-shared", "-fPIC", "-o", output.toString(), input.toString()),
        "there is no C compiler named cc");
    return output.toRealPath();
  }

  private static String[] append(String[] words, String word) {
    String[] longer = java.util.Arrays.copyOf(words, words.length + 1);
    longer[words.length] = word;
    return longer;
  }

  private static boolean succeeds(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(Patience.ofSeconds(30).toMillis(), TimeUnit.MILLISECONDS)
          && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
