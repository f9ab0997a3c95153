package io.pawl.internal.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class PrivateDirectoryTest {
  /** Above any that a system gives. */
  private static final String DEAD = "pawl-999999999-1a2b";

  private static final FileTime OLD = FileTime.from(Instant.EPOCH);

  @TempDir Path parent;

  @Test
  void fileIsWrittenForItsOwnerAloneAndRemoved() throws IOException {
    PrivateDirectory written = PrivateDirectory.write("name", new byte[] {1});

    Path directory = written.file().toPath().getParent();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
    written.close();
    assertThat(directory).doesNotExist();
  }

  @Test
  void whatADeadProcessHasLeftIsRemoved() throws IOException {
    Path left = leave(DEAD);

    PrivateDirectory.removeOld(parent.toFile());

    assertThat(left).doesNotExist();
  }

  @Test
  void whatMayBeInUseStays() throws IOException {
    Path living = leave("pawl-" + ProcessHandle.current().pid() + "-1a2b");
    Path young = leave("pawl-999999998-1a2b");
    Files.setLastModifiedTime(young, FileTime.from(Instant.now()));

    PrivateDirectory.removeOld(parent.toFile());

    assertThat(living).isDirectory();
    assertThat(young).isDirectory();
  }

  @Test
  void whatIsNotOursStays() throws IOException {
    Path named = leave("pawl-notes-1a2b");
    Path numbered = leave("pawl-999999999");
    Path shared = leave(DEAD);
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path more = leave("pawl-999999997-1a2b");
    Files.writeString(more.resolve("more"), "");
    Files.setLastModifiedTime(more, OLD);

    PrivateDirectory.removeOld(parent.toFile());

    assertThat(named).isNotEmptyDirectory();
    assertThat(numbered).isNotEmptyDirectory();
    assertThat(shared).isNotEmptyDirectory();
    assertThat(more.resolve("more")).exists();
  }

  @Test
  void linksAreNotFollowed() throws IOException {
    Path elsewhere = leave("elsewhere");
    Path link = Files.createSymbolicLink(parent.resolve(DEAD), elsewhere);

    PrivateDirectory.removeOld(parent.toFile());

    assertThat(link).isSymbolicLink();
    assertThat(elsewhere).isNotEmptyDirectory();
  }

  private Path leave(String name) throws IOException {
    Path directory = Files.createDirectory(parent.resolve(name));
    Files.writeString(directory.resolve(Platform.current().libraryName()), "");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    Files.setLastModifiedTime(directory, OLD);
    return directory;
  }
}
