package io.pawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.ChildJvm;
import io.pawl.kit.Limit;
import io.pawl.observe.Wait.Mode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What each tool shows of a wait on each class that threads wait for, by a platform thread and by a
 * virtual one. Not among them: what waits for parts of its own that are here ({@code KeyedLock} and
 * the like are, but {@code StripedLocks}, {@code RcuCell}, {@code RcuList} and {@code
 * io.pawl.memory} are not), and {@code SpinLock}, for which threads do not sleep.
 */
@Tag("kit")
@Limit(120)
class SeenWaitsTest {

  private static final Path CLASSES = ChildJvm.classesOf(Pawl.class);

  /** Scenes that know who holds the lock. */
  private static final Set<String> OWNED =
      Set.of(
          "Mutex",
          "FairMutex",
          "ReentrantLock",
          "ReentrantLock, fair",
          "write lock",
          "read lock",
          "read lock, fair",
          "RwLock, read",
          "RwLock, write",
          "RwLock, upgradable",
          "SeqLock",
          "KeyedLock",
          "KeyedLock, fair",
          "Guarded",
          "RwGuarded",
          "OsMutex",
          "PiMutex");

  /** Scenes of locks whose releases are not charged. */
  private static final Set<String> UNCHARGED =
      Set.of(
          "RwLock, upgrade",
          "ByteLock",
          "OsMutex",
          "PiMutex",
          "SharedMutex",
          "SharedRwLock, read",
          "SharedRwLock, write",
          "SharedRwLock, write behind a reader",
          "SharedSemaphore",
          "SharedSeqLock");

  @TempDir Path folder;

  /** A wait of the child; the thread has the name of what it waits for. */
  private record Seen(String name, Mode mode, String type, String identity) {

    static Seen of(String line) {
      String[] words = line.substring(SeenWaits.WAIT.length()).split("\\|", -1);
      return new Seen(words[0], Mode.valueOf(words[1]), words[2], words[3]);
    }

    String scene() {
      return name.substring(0, name.indexOf('/'));
    }

    boolean isVirtual() {
      return name.endsWith("/VIRTUAL");
    }

    boolean isForLock() {
      return mode.compareTo(Mode.PERMITS) <= 0;
    }

    boolean isCharged() {
      return isForLock() && !UNCHARGED.contains(scene());
    }

    boolean isShared() {
      return name.startsWith("Shared");
    }
  }

  private static ChildJvm child(String... options) {
    ChildJvm child =
        ChildJvm.java()
            .with("--enable-native-access=ALL-UNNAMED", "-Xlog:jfr*=off")
            .with(options)
            .with(
                "-cp",
                ChildJvm.path(
                    CLASSES,
                    CLASSES.resolveSibling("test-classes"),
                    ChildJvm.classesOf(Assertions.class)));
    return child.with(SeenWaits.class.getName());
  }

  /** The options that have the child use the backend of this JVM. */
  private static String[] backend(String... more) {
    String backend = System.getProperty("pawl.backend");
    List<String> options = new ArrayList<>(List.of(more));
    if (backend != null) {
      options.add("-Dpawl.backend=" + backend);
    }
    return options.toArray(String[]::new);
  }

  /** The waits of a child, one on each scene that there is. */
  private static List<Seen> waits(String out) {
    assertThat(out).endsWith("done\n");
    List<Seen> waits =
        out.lines().filter(line -> line.startsWith(SeenWaits.WAIT)).map(Seen::of).toList();
    assertThat(Stream.concat(waits.stream().map(Seen::scene), missing(out)).distinct())
        .containsExactlyInAnyOrderElementsOf(
            SeenWaits.scenes().stream().map(WaitScenes.Scene::name).toList());
    return waits;
  }

  /** Scenes that are not there: what processes share needs native calls, some locks a system. */
  private static Stream<String> missing(String out) {
    List<String> scenes =
        out.lines()
            .filter(line -> line.startsWith(SeenWaits.NONE))
            .map(line -> line.substring(SeenWaits.NONE.length(), line.indexOf('/')))
            .distinct()
            .toList();
    assertThat(scenes).allMatch(scene -> scene.matches("(Shared|OsMutex|PiMutex).*"));
    return scenes.stream();
  }

  // ---- The flight recorder

  @Test
  void flightRecorderStartedByAFlagHasAnEventOfEachWait() throws Exception {
    Path file = folder.resolve("flag.jfr");
    String out = child(backend("-XX:StartFlightRecording:filename=" + file)).run().normalOut();
    List<Seen> waits = waits(out);
    checkEvents(file, waits);
    String summary = tool("jfr", "summary", file.toString());
    long locks = waits.stream().filter(Seen::isForLock).count();
    assertThat(count(summary, "io.pawl.LockWait")).isGreaterThanOrEqualTo(locks);
    assertThat(count(summary, "io.pawl.ConditionWait"))
        .isGreaterThanOrEqualTo(waits.size() - locks);
    assertThat(count(summary, "io.pawl.LockLongHold"))
        .isGreaterThanOrEqualTo(waits.stream().filter(Seen::isCharged).count());
  }

  @Test
  void flightRecorderStartedByJcmdHasAnEventOfEachWait() throws Exception {
    Path file = folder.resolve("jcmd.jfr");
    checkEvents(file, waits(child(backend()).with("jfr", file.toString()).run().normalOut()));
  }

  private static void checkEvents(Path file, List<Seen> waits) throws Exception {
    Map<String, List<RecordedEvent>> byName = new HashMap<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      if (event.getEventType().getName().startsWith("io.pawl.") && event.hasField("name")) {
        byName.computeIfAbsent(event.getString("name"), _ -> new ArrayList<>()).add(event);
      }
    }
    assertThat(waits)
        .allSatisfy(wait -> {
          List<RecordedEvent> events = byName.getOrDefault(wait.name, List.of());
          assertThat(events).as(wait.name).anyMatch(event -> isOf(event, wait));
          assertThat(events.stream().filter(event -> isHoldOf(event, wait)).count())
              .isEqualTo(wait.isCharged() ? 1 : 0);
        });
  }

  private static boolean isOf(RecordedEvent event, Seen wait) {
    String type = wait.isForLock() ? "io.pawl.LockWait" : "io.pawl.ConditionWait";
    return event.getEventType().getName().equals(type)
        && event.getThread().getJavaName().equals(wait.name)
        && event.getThread().isVirtual() == wait.isVirtual()
        && event.getClass("subjectClass").getName().equals(wait.type)
        && event.getString("identity").equals(wait.identity)
        && event.getString("mode").equals(wait.mode.name())
        && event.getString("outcome").equals(wait.isForLock() ? "ACQUIRED" : "SIGNALLED")
        && (!OWNED.contains(wait.scene()) || isMain(event.getValue("previousOwner")));
  }

  private static boolean isMain(@Nullable RecordedThread thread) {
    return thread != null && thread.getJavaName().equals("main");
  }

  private static boolean isHoldOf(RecordedEvent event, Seen wait) {
    return event.getEventType().getName().equals("io.pawl.LockLongHold")
        && event.getThread().getJavaName().equals("main")
        && event.getString("identity").equals(wait.identity);
  }

  private static long count(String summary, String type) {
    return summary
        .lines()
        .map(line -> line.trim().split(" +", -1))
        .filter(words -> words[0].equals(type))
        .mapToLong(words -> Long.parseLong(words[1]))
        .findFirst()
        .orElse(0);
  }

  // ---- Thread state

  @Test
  void managementShowsPlatformThreadsAndWhatTheyWaitFor() throws Exception {
    String out = child(backend()).with("info").run().quietOut();
    Map<String, String[]> infos = new HashMap<>();
    out.lines()
        .filter(line -> line.startsWith(SeenWaits.INFO))
        .map(line -> line.split("\\|", -1))
        .forEach(words -> infos.put(words[1], words));
    assertThat(waits(out)).allSatisfy(wait -> checkInfo(wait, infos.get(wait.name)));
  }

  private static void checkInfo(Seen wait, String @Nullable [] info) {
    assertThat(info).as(wait.name).isNotNull();
    if (info == null) {
      return;
    }
    if (wait.isVirtual()) {
      assertThat(info[2]).isEqualTo("unknown");
      return;
    }
    if (SeenWaits.isOutside(wait.name)) {
      return; // it runs, for all that management knows
    }
    assertThat(info[2]).isEqualTo("WAITING");
    assertThat(info[3]).matches(".+@[0-9a-f]+");
    if (OWNED.contains(wait.scene())) {
      assertThat(info[4]).isEqualTo("main");
    }
  }

  @Test
  void threadDumpsShowWhatThreadsWaitFor() throws Exception {
    Path file = folder.resolve("dump.txt");
    String out = child(backend()).with("dump", file.toString()).run().quietOut();
    String all = Files.readString(file);
    assertThat(waits(out))
        .allSatisfy(wait -> {
          String quoted = "\"" + wait.name + "\"";
          assertThat(all).contains(quoted);
          if (wait.isVirtual()) {
            assertThat(out).doesNotContain(quoted);
          } else {
            assertThat(out).contains(quoted);
          }
          if (!wait.isShared()) {
            checkDump(wait, quoted, wait.isVirtual() ? all : out);
          }
        });
  }

  /** Of virtual threads, dumps show since JDK 25 what they wait for. */
  private static void checkDump(Seen wait, String quoted, String dump) {
    if (!wait.isVirtual()) {
      assertThat(dump)
          .containsPattern(
              Pattern.quote(quoted)
                  + " .*\n.*Thread.State: .*\n(\tat .*\n)+\t- parking to wait for  <0x");
    } else if (Runtime.version().feature() >= 25) {
      assertThat(dump)
          .containsPattern(
              Pattern.quote(quoted) + " virtual WAITING .*\n( +at .*\n)+ +- parking to wait for <");
    }
  }

  // ---- The reports

  @Test
  void reportsShowEachLockThatWasWaitedFor() throws Exception {
    Path file = folder.resolve("profile.txt");
    ChildJvm.Result result = child(backend("-Dpawl.profile=" + file, "-Dpawl.slow=20ms")).run();
    String profile = Files.readString(file);
    assertThat(waits(result.normalOut()))
        .allSatisfy(wait -> {
          if (wait.isCharged()) {
            assertThat(profile).contains("  " + wait.name + " ");
          } else {
            assertThat(profile).doesNotContain("  " + wait.name + " ");
          }
          if (wait.isForLock()) {
            assertThat(result.err()).contains("thread \"" + wait.name + "\"");
          } else {
            assertThat(result.err()).doesNotContain("thread \"" + wait.name + "\"");
          }
        });
  }

  private static String tool(String name, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", name).toString());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out;
  }
}
