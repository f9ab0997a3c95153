package io.pawl.shared;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pawl.internal.backend.Platform;
import io.pawl.kit.Limit;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a file has to be, and how it is refused. */
@Limit(60)
@EnabledOnOs(OS.LINUX)
class RegionFileTest {
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
  void fileThatIsNotThereIsNotMade() {
    assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(this::open);
    assertThat(file).doesNotExist();
  }

  @Test
  void createdFileBelongsToItsUserAloneAndHasAllItsBlocks() throws Exception {
    regions.open();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Files.size(file)).isEqualTo(Regions.BYTES);
  }

  @Test
  void secondCreatorGetsTheRegionOfTheFirst() {
    regions.open().data("data", 64).set(JAVA_LONG, 0, 42);
    assertThat(regions.open().data("data", 64).get(JAVA_LONG, 0)).isEqualTo(42);
  }

  @Test
  void attachedHandlesAreListedWithTheirLabels() {
    regions.open(RegionOptions.defaults().label("first"));
    SharedRegion second = regions.open(RegionOptions.defaults().label("second\u001b[2J"));
    assertThat(second.attached())
        .extracting(RegionPeer::label, RegionPeer::pid, RegionPeer::self)
        .containsExactly(
            tuple("first", ProcessHandle.current().pid(), false),
            tuple("second\uFFFD[2J", ProcessHandle.current().pid(), true));
  }

  @Test
  void otherFileIsNoRegionAndStaysAsItIs() throws Exception {
    Files.writeString(file, "a letter to grandmother");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThatExceptionOfType(SharedRegionException.NotARegion.class)
        .isThrownBy(() -> regions.tryOpen(Regions.OPTIONS))
        .withMessageContaining(file.toString());
    assertThat(file).hasContent("a letter to grandmother");
  }

  @Test
  void otherVersionIsRefusedWithBothInTheMessage() throws Exception {
    regions.open().close();
    regions.write(Layout.HEADER_VERSION, 7, 4);
    assertThatExceptionOfType(SharedRegionException.Incompatible.class)
        .isThrownBy(this::open)
        .withMessageContaining("version 7")
        .withMessageContaining("knows 1");
  }

  @Test
  void unknownFeatureIsRefused() throws Exception {
    regions.open().close();
    regions.write(Layout.HEADER_INCOMPATIBLE, 2, 4);
    assertThatExceptionOfType(SharedRegionException.Incompatible.class)
        .isThrownBy(this::open)
        .withMessageContaining("0x2");
  }

  @Test
  void otherByteOrderIsRefused() throws Exception {
    regions.open().close();
    regions.write(Layout.HEADER_BYTE_ORDER, 0x04030201, 4);
    assertThatExceptionOfType(SharedRegionException.Incompatible.class).isThrownBy(this::open);
  }

  @Test
  void truncatedFileIsRefused() throws Exception {
    regions.open().close();
    for (long size : new long[] {Regions.BYTES - 1, 5000, 100}) {
      try (FileChannel channel = FileChannel.open(file, WRITE)) {
        FileChannel _ = channel.truncate(size);
      }
      assertThatExceptionOfType(SharedRegionException.Corrupt.class).isThrownBy(this::open);
    }
  }

  @Test
  void headerThatLeadsOutsideIsRefused() throws Exception {
    regions.open().close();
    long[][] lies = {
      {Layout.HEADER_SLOTS, 0, 4},
      {Layout.HEADER_SLOTS, 1025, 4},
      {Layout.HEADER_SLOTS, -1, 4},
      {Layout.HEADER_DIRECTORY, 64, 4},
      {Layout.HEADER_DIRECTORY, -64, 4},
      {Layout.HEADER_ENTRIES, 1 << 16, 4},
      {Layout.HEADER_HEAP, 1L << 40, 8},
      {Layout.HEADER_HEAP, -64, 8},
      {Layout.HEADER_SIZE, Long.MIN_VALUE, 8},
      {Layout.HEADER_SIZE, 1L << 40, 8},
      {Layout.HEADER_SLOT_TABLE, 0, 4}
    };
    byte[] whole = Files.readAllBytes(file);
    for (long[] lie : lies) {
      regions.write(lie[0], lie[1], (int) lie[2]);
      assertThatExceptionOfType(SharedRegionException.Corrupt.class)
          .as("%d", lie[0])
          .isThrownBy(this::open);
      try (FileChannel channel = FileChannel.open(file, WRITE)) {
        assertThat(channel.write(ByteBuffer.wrap(whole), 0)).isEqualTo(whole.length);
      }
    }
  }

  @Test
  void fileThatOthersMayReadOrWriteIsRefusedUnlessAllowed() throws Exception {
    regions.open().close();
    for (String mode : new String[] {"rw--w----", "rw-r-----", "rw-----w-", "rw----r--"}) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
      assertThatExceptionOfType(SharedRegionException.Untrusted.class)
          .isThrownBy(this::open)
          .withMessageContaining(mode);
    }
    SharedRegion.open(file, RegionOptions.defaults().allowOtherUsers(true)).close();
  }

  @Test
  void fileOfAnotherUserIsRefusedUnlessAllowed() throws Exception {
    regions.open().close();
    boolean changed = true;
    try {
      Path _ = Files.setAttribute(file, "unix:uid", 12_345);
    } catch (IOException _) {
      changed = false;
    }
    assumeTrue(changed, "only root can give a file away");
    assertThatExceptionOfType(SharedRegionException.Untrusted.class).isThrownBy(this::open);
    SharedRegion.open(file, RegionOptions.defaults().allowOtherUsers(true)).close();
  }

  @Test
  void symbolicLinkIsRefused(@TempDir Path directory) throws Exception {
    regions.open();
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    assertThatExceptionOfType(SharedRegionException.Untrusted.class)
        .isThrownBy(() -> SharedRegion.open(link))
        .withMessageContaining("symbolic link");
  }

  @Test
  void directoryIsRefused(@TempDir Path directory) {
    assertThatExceptionOfType(SharedRegionException.NotARegion.class)
        .isThrownBy(() -> SharedRegion.open(directory))
        .withMessageContaining("name a file");
  }

  @Test
  void pipeIsRefusedAndNotDeleted() throws Exception {
    Process maker = new ProcessBuilder("mkfifo", "-m", "600", file.toString()).start();
    assertThat(maker.waitFor()).isZero();
    assertThatExceptionOfType(SharedRegionException.NotARegion.class)
        .isThrownBy(() -> regions.tryOpen(Regions.OPTIONS))
        .withMessageContaining("pipe");
    assertThatExceptionOfType(SharedRegionException.NotARegion.class)
        .isThrownBy(() -> SharedRegion.deleteIfUnused(file));
    assertThat(file).exists();
  }

  @Test
  void fileThatCannotBeWrittenIsRefused() throws Exception {
    regions.open().close();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    assumeTrue(!Files.isWritable(file), "root may write to everything");
    assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(this::open);
  }

  @Test
  void networkFileSystemsAreRefused() {
    for (String type : new String[] {"nfs4", "cifs", "9p", "fuse.sshfs", "fuseblk", "NFS"}) {
      assertThatExceptionOfType(SharedRegionException.UnsuitableFileSystem.class)
          .isThrownBy(() -> FileChecks.fileSystem(file, type))
          .withMessageContaining(type);
    }
  }

  @Test
  void fullDiskIsAnErrorOfCreation() throws Exception {
    Path full = Path.of("/dev/shm");
    assumeTrue(Files.isDirectory(full), "there is no /dev/shm");
    long room = Files.getFileStore(full).getUsableSpace();
    assumeTrue(room < 256 << 20, "it takes too long to fill " + room + " bytes");
    Path big = full.resolve("pawl-full-" + ProcessHandle.current().pid());
    try {
      assertThatExceptionOfType(SharedRegionException.NoSpace.class)
          .isThrownBy(() -> SharedRegion.create(big, room + (1 << 20), RegionOptions.defaults()));
      assertThat(Files.size(big)).isZero();
    } finally {
      boolean _ = Files.deleteIfExists(big);
    }
  }

  @Test
  void slotsRunOut() throws Exception {
    SharedRegion only = regions.open(RegionOptions.defaults().slots(1));
    assertThatExceptionOfType(SharedRegionException.NoSlot.class).isThrownBy(this::open);
    only.close();
    open().close();
  }

  @Test
  void livingPeerOfAnotherSystemIsRefused() throws Exception {
    SharedRegion region = regions.open();
    region.region().memory.set(JAVA_INT, Layout.HEADER_BOOT_ID, 1);
    assertThatExceptionOfType(SharedRegionException.OtherSystem.class).isThrownBy(this::open);
    region.close();
    open().close();
  }

  @Test
  void regionIsDeletedOnlyWhileNobodyIsAttached() throws Exception {
    SharedRegion region = regions.open();
    assertThat(SharedRegion.deleteIfUnused(file)).isFalse();
    region.close();
    assertThat(SharedRegion.deleteIfUnused(file)).isTrue();
    assertThat(SharedRegion.deleteIfUnused(file)).isFalse();
  }

  @Test
  void pathOfAnotherFileSystemIsRefused() {
    Path other = FileSystems.getFileSystem(URI.create("jrt:/")).getPath(file.toString());
    assertThatExceptionOfType(ProviderMismatchException.class)
        .isThrownBy(() -> SharedRegion.create(other, Regions.BYTES, Regions.OPTIONS));
    assertThatExceptionOfType(ProviderMismatchException.class)
        .isThrownBy(() -> SharedRegion.deleteIfUnused(other));
    assertThat(file).doesNotExist();
  }

  @Test
  void windowsIsRefusedWithTheReason() {
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> RegionFile.requireSupported(Platform.of("Windows 11", "amd64")))
        .withMessageContaining("waits do not reach from process to process");
    RegionFile.requireSupported(Platform.of("Mac OS X", "aarch64"));
  }

  @Test
  void allGenerationsRiseAfterARestartOfTheSystem() throws Exception {
    regions.open().close();
    regions.write(Slots.offset(7), -(1 << 20), 4);
    regions.write(Layout.HEADER_BOOT_ID, 1, 8);
    SharedRegion region = regions.open();
    assertThat(Slots.generation(region.region().memory, 0)).isEqualTo((1 << 20) + 2);
    assertThat(Slots.generation(region.region().memory, 5)).isEqualTo(1 << 20);
    assertThat(Slots.generation(region.region().memory, 7)).isEqualTo(1);
    SharedRegion second = regions.open();
    assertThat(Slots.generation(second.region().memory, 5)).isEqualTo(1 << 20);
  }

  @Test
  @SuppressWarnings("restricted")
  void handleWhoseMemoryANativeCallUsesStaysWhole() throws Throwable {
    SharedRegion region = regions.open();
    MemorySegment data = region.data("data", 8);
    List<Throwable> thrown = new ArrayList<>();
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor compared =
        FunctionDescriptor.of(JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    MethodHandle closing =
        MethodHandles.insertArguments(
            MethodHandles.lookup()
                .findStatic(
                    RegionFileTest.class,
                    "closeWithin",
                    MethodType.methodType(
                        int.class,
                        SharedRegion.class,
                        List.class,
                        MemorySegment.class,
                        MemorySegment.class)),
            0,
            region,
            thrown);
    try (Arena arena = Arena.ofConfined()) {
      linker
          .downcallHandle(
              linker.defaultLookup().find("qsort").orElseThrow(),
              FunctionDescriptor.ofVoid(
                  ValueLayout.ADDRESS, JAVA_LONG, JAVA_LONG, ValueLayout.ADDRESS))
          .invokeExact(data, 2L, 4L, linker.upcallStub(closing, compared, arena));
    }
    assertThat(thrown).hasSize(1).first().isInstanceOf(IllegalStateException.class);
    assertThat(region.attached()).hasSize(1);
    assertThat(regions.open().attached()).hasSize(2);
    try (var _ = region.mutex("m").acquire()) {
      assertThat(region.mutex("m").isHeldByCurrentThread()).isTrue();
    }
    region.close();
    assertThat(regions.open().attached()).hasSize(2);
  }

  @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // a comparison of qsort
  private static int closeWithin(
      SharedRegion region, List<Throwable> thrown, MemorySegment a, MemorySegment b) {
    try {
      region.close();
    } catch (IllegalStateException e) {
      thrown.add(e);
    }
    return 0;
  }

  @Test
  void nameOfAnotherKindIsRefused() {
    SharedRegion region = regions.open();
    SharedMutex _ = region.mutex("x");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> region.rwLock("x"))
        .withMessageContaining("is a mutex, not a read-write lock");
    SharedSemaphore _ = region.semaphore("s", 3);
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> region.semaphore("s", 4));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> region.mutex("\u0007"));
    assertThat(region.mutex("x")).isSameAs(region.mutex("x"));
  }

  @Test
  void fullRegionSaysWhatIsLeft() {
    SharedRegion region = regions.open(RegionOptions.defaults().names(2));
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> region.data("large", Regions.BYTES))
        .withMessageContaining("create a larger region");
    SharedMutex _ = region.mutex("a");
    SharedMutex _ = region.mutex("b");
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> region.mutex("c"))
        .withMessageContaining("more names");
  }

  @Test
  void memoryWithoutANameIsShared() throws Throwable {
    int descriptor = Regions.descriptorOf(new byte[Regions.BYTES]);
    RegionOptions options = RegionOptions.defaults().slice(Duration.ofMillis(5));
    try (SharedRegion one = SharedRegion.ofMemfd(descriptor, options);
        SharedRegion other = SharedRegion.ofMemfd(descriptor, options)) {
      MemorySegment data = one.data("data", 8);
      data.set(JAVA_LONG, 0, 7);
      assertThat(other.data("data", 8).get(JAVA_LONG, 0)).isEqualTo(7);
      try (var _ = one.mutex("m").acquire()) {
        assertThat(other.mutex("m").tryLock()).isFalse();
      }
      assertThat(one.attached()).hasSize(2);
    }
  }
}
