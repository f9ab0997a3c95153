package io.pawl.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pawl.kit.ChildJvm;
import io.pawl.kit.Limit;
import io.pawl.testing.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Namespaces of processes and mounts, as containers have them, and limits of what may be written.
 */
@Limit(60)
@EnabledOnOs(OS.LINUX)
@SuppressWarnings("LockNotBeforeTry") // the tests are about locks that stay held
class NamespaceTest {
  private static final String CLASSES =
      ChildJvm.path(ChildJvm.classesOf(SharedRegion.class), ChildJvm.classesOf(Opener.class));

  /** The child is the first process of a namespace, and dies with who started it. */
  private static final List<String> FIRST_PROCESS =
      List.of("unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child");

  private static final List<String> OWN_MOUNTS =
      List.of("unshare", "--user", "--map-root-user", "--mount");

  @TempDir private Path directory;
  private final Regions regions = new Regions();

  @AfterEach
  void end() throws Exception {
    regions.close();
  }

  /** Creates or opens a region, and says how that is refused. */
  static final class Opener {
    private Opener() {}

    public static void main(String[] arguments) throws IOException {
      Path file = Path.of(arguments[1]);
      try (SharedRegion region =
          arguments[0].equals("open")
              ? SharedRegion.open(file)
              : SharedRegion.create(file, Long.parseLong(arguments[0]), RegionOptions.defaults())) {
        System.out.println(region.size());
      } catch (IOException e) {
        System.out.println(e.getClass().getSimpleName() + ", " + e.getMessage());
      }
    }
  }

  private static void assumeAllowed(List<String> prefix) throws Exception {
    List<String> command = new ArrayList<>(prefix);
    command.add("true");
    boolean allowed;
    try {
      allowed = Programs.start(command).waitFor() == 0;
    } catch (IOException _) {
      allowed = false;
    }
    assumeTrue(allowed, "this machine does not let everybody make namespaces");
  }

  private Process startHolder() throws IOException {
    List<String> command = new ArrayList<>(FIRST_PROCESS);
    command.addAll(Programs.java(PeersTest.Holder.class, List.of(), regions.file().toString()));
    return Programs.start(command);
  }

  private static List<Long> othersOf(SharedRegion region) {
    return region.attached().stream().filter(peer -> !peer.self()).map(RegionPeer::pid).toList();
  }

  @Test
  void ownersThatAreEachTheFirstProcessOfTheirNamespaceAreToldApart() throws Exception {
    assumeAllowed(FIRST_PROCESS);
    SharedRegion region = regions.open();
    SharedMutex mutex = region.mutex("m");
    Process holder = startHolder();
    Process waiter = null;
    try {
      Await.until("the child holds the mutex", () -> mutex.owner() != null);
      waiter = startHolder();
      Await.until(
          "another, also the first of its namespace, is attached",
          () -> othersOf(region).equals(List.of(1L, 1L)));
      int _ = waiter.destroyForcibly().waitFor();
      Await.until("the one that waited is gone", () -> region.attached().size() == 2);
      assertThat(mutex.tryLock()).isFalse();
      assertThat(mutex.owner()).isNotNull().matches(LockOwner::alive);
    } finally {
      int _ = holder.destroyForcibly().waitFor();
      if (waiter != null) {
        int _ = waiter.destroyForcibly().waitFor();
      }
    }
    Await.until("the owner is gone", () -> region.attached().size() == 1);
    assertThatExceptionOfType(OwnerDiedException.class).isThrownBy(mutex::lock);
  }

  /** What a child says that opens a region after a script, which finds the directory in DIR. */
  private String open(List<String> prefix, String script, String... arguments) throws Exception {
    List<String> words = new ArrayList<>(prefix);
    words.addAll(List.of("sh", "-c", "DIR=" + directory + "; " + script + " && exec \"$@\"", "sh"));
    return ChildJvm.java()
        .under(words.toArray(new String[0]))
        .with("-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "--enable-native-access=ALL-UNNAMED")
        .with("-cp", CLASSES, Opener.class.getName())
        .with(arguments)
        .run()
        .normalOut();
  }

  @Test
  void fullFileSystemIsAnErrorOfCreation() throws Exception {
    assumeAllowed(OWN_MOUNTS);
    String mount = "mount -t tmpfs -o size=256k none $DIR";
    String file = directory.resolve("region").toString();
    assertThat(open(OWN_MOUNTS, mount, "262144", file)).startsWith("262144");
    assertThat(open(OWN_MOUNTS, mount, "262145", file))
        .startsWith("NoSpace, " + file)
        .contains("make room on its file system");
  }

  @Test
  void limitOfTheSizeOfFilesIsAnErrorOfCreation() throws Exception {
    String file = directory.resolve("region").toString();
    assertThat(open(List.of(), "ulimit -f 200", "300000", file)).startsWith("NoSpace, " + file);
    assertThat(directory.resolve("region")).isEmptyFile();
  }

  @Test
  void fileOnAFileSystemThatIsReadOnlyIsRefused() throws Exception {
    assumeAllowed(OWN_MOUNTS);
    String file = directory.resolve("region").toString();
    String mount =
        "mount -t tmpfs none $DIR && (umask 77; : > $DIR/region) && mount -o remount,ro $DIR";
    assertThat(open(OWN_MOUNTS, mount, "open", file))
        .startsWith("AccessDeniedException, " + file)
        .contains("this may not be written");
  }
}
