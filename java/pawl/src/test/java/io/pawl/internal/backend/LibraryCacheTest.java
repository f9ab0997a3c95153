package io.pawl.internal.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryCacheTest {
  private static final byte[] CONTENT = {1, 2, 3};

  @TempDir Path directory;

  @Test
  void absentFileIsWrittenInADirectoryMadeForIt() throws IOException {
    File cache = directory.resolve("a/b").toFile();

    File file = LibraryCache.place(cache, "pawl.dll", 0, CONTENT);

    assertThat(file).isNotNull().hasBinaryContent(CONTENT).hasExtension("dll");
    assertThat(cache.list()).hasSize(1);
  }

  @Test
  void fileWithTheContentIsUsedAgain() throws IOException {
    File first = LibraryCache.place(directory.toFile(), "pawl.dll", 0, CONTENT);
    File second = LibraryCache.place(directory.toFile(), "pawl.dll", 0, CONTENT);

    assertThat(second).isEqualTo(first);
    assertThat(directory.toFile().list()).hasSize(1);
  }

  @Test
  void fileWithOtherContentIsLeftAlone() throws IOException {
    File first = LibraryCache.place(directory.toFile(), "pawl.dll", 0, CONTENT);
    Files.write(Objects.requireNonNull(first).toPath(), new byte[] {9});

    assertThat(LibraryCache.place(directory.toFile(), "pawl.dll", 0, CONTENT)).isNull();
    assertThat(LibraryCache.place(directory.toFile(), "pawl.dll", 1, CONTENT))
        .isNotNull()
        .hasBinaryContent(CONTENT);
    assertThat(first).hasBinaryContent(new byte[] {9});
  }

  @Test
  void otherContentHasAnotherName() throws IOException {
    File first = LibraryCache.place(directory.toFile(), "pawl.dll", 0, CONTENT);
    File second = LibraryCache.place(directory.toFile(), "pawl.dll", 0, new byte[] {4});

    assertThat(second).isNotNull().isNotEqualTo(first);
  }
}
