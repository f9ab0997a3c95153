package io.pawl.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pawl.kit.Limit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Of which files regions are made, which are deleted, and which stay as they are. */
@Limit(60)
@EnabledOnOs(OS.LINUX)
class RegionCreationTest {
  private final Regions regions = new Regions();
  private final Path file = regions.file();

  @AfterEach
  void end() throws Exception {
    regions.close();
  }

  private SharedRegion open() throws IOException {
    return SharedRegion.open(file);
  }

  @Test
  void emptyFileIsNoRegionUntilItIsCreated() throws Exception {
    regions.makeOwn();
    assertThatExceptionOfType(SharedRegionException.NotARegion.class).isThrownBy(this::open);
    assertThat(regions.open().attached()).hasSize(1);
  }

  @Test
  void emptiedFileIsRefusedWhileHandlesAreAttachedToWhatWasInIt() throws Exception {
    SharedRegion region = regions.open();
    regions.truncate(0);
    assertThatExceptionOfType(SharedRegionException.Corrupt.class)
        .isThrownBy(() -> regions.tryOpen(Regions.OPTIONS))
        .withMessageContaining("slot 0 is still attached");
    assertThat(file).isEmptyFile();
    region.close();
    assertThat(regions.open().attached()).hasSize(1);
  }

  @Test
  void fileThatBeginsWithZerosIsNoRegionAndStaysAsItIs() throws Exception {
    regions.makeOwn();
    regions.write(8000, 42, 8);
    byte[] before = Files.readAllBytes(file);
    assertThatExceptionOfType(SharedRegionException.NotARegion.class)
        .isThrownBy(() -> regions.tryOpen(Regions.OPTIONS));
    assertThatExceptionOfType(SharedRegionException.NotARegion.class)
        .isThrownBy(() -> SharedRegion.ofMemfd(Regions.descriptorOf(before), Regions.OPTIONS));
    assertThat(file).hasBinaryContent(before);
  }

  @Test
  void markedFileIsNoRegionUntilItIsCreated() throws Exception {
    regions.makeOwn();
    regions.write(Layout.HEADER_MAGIC, Layout.UNFINISHED, 8);
    regions.write(8000, 42, 8);
    assertThatExceptionOfType(SharedRegionException.NotARegion.class).isThrownBy(this::open);
    assertThat(regions.open().attached()).hasSize(1);
  }

  @Test
  void fileThatIsNoRegionIsNotDeleted() throws Exception {
    regions.makeOwn();
    regions.write(8000, 42, 8);
    assertThatExceptionOfType(SharedRegionException.NotARegion.class)
        .isThrownBy(() -> SharedRegion.deleteIfUnused(file));
    assertThat(file).exists();
    regions.truncate(0);
    assertThat(SharedRegion.deleteIfUnused(file)).isTrue();
    regions.makeOwn();
    regions.write(Layout.HEADER_MAGIC, Layout.UNFINISHED, 8);
    assertThat(SharedRegion.deleteIfUnused(file)).isTrue();
  }

  @Test
  void fileOfAnotherUserIsNotDeleted() throws Exception {
    regions.open().close();
    boolean changed = true;
    try {
      Path _ = Files.setAttribute(file, "unix:uid", 12_345);
    } catch (IOException _) {
      changed = false;
    }
    assumeTrue(changed, "only root can give a file away");
    assertThatExceptionOfType(SharedRegionException.Untrusted.class)
        .isThrownBy(() -> SharedRegion.deleteIfUnused(file));
    assertThat(file).exists();
  }
}
