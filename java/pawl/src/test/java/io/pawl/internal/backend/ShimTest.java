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
  void namedFileWithAnotherAbiIsRefused() throws Exception {
    Path file = compileOtherAbi();

    assertThat(settled("-Dpawl.library.path=" + file))
        .startsWith("settled: refused: ")
        .contains(file.toString(), "has ABI version 99, but this Pawl needs " + Shim.ABI_VERSION);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void installedFileWithAnotherAbiLeavesTheSystemCalls() throws Exception {
    compileOtherAbi();

    assertThat(describe("-Djava.library.path=" + directory).quietOut())
        .contains("backend: syscall\n", "has ABI version 99");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void unwritableDirectoryLeavesTheFileInMemory() throws Exception {
    assertThat(describe("-Djava.io.tmpdir=/proc").quietOut())
        .contains("backend: panama\n", "(bundled, loaded from memory)");
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
        .contains("backend: panama\n", "(bundled, loaded from memory)")
        .contains("cannot be loaded from a temporary file", "set -Djava.io.tmpdir");
  }

  @Test
  void twoClassLoadersLoadTheBundledFile() throws Exception {
    assertThat(loaders().run().quietOut()).isEqualTo("first PanamaWait\nsecond PanamaWait\n");
  }

  @Test
  void secondClassLoaderIsRefusedTheNamedFile() throws Exception {
    String out = loaders("-Dpawl.library.path=" + bundledFile()).run().quietOut();

    assertThat(out)
        .startsWith("first PanamaWait\nsecond refused: ")
        .contains("another classloader", "leave the property out");
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

  private Path compileOtherAbi() throws Exception {
    return compile(
        "int Java_io_pawl_internal_backend_JniBindings_abiVersion(void *e, void *c)"
            + " { return e == c ? 0 : 99; }");
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
