package io.pawl.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pawl.Pawl;
import io.pawl.kit.ChildJvm;
import io.pawl.kit.Limit;
import io.pawl.observe.ContentionProfile.Place;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who holds long is charged with more. */
@Limit(60)
class ContentionProfileTest {

  private static ContentionProfile profiled(Duration period) throws InterruptedException {
    ContentionProfile profile = ContentionProfile.start(period);
    try {
      new ProfileProbe().work();
    } finally {
      profile.stop();
    }
    return profile;
  }

  /** What the profile says of a method for the lock of the program. */
  private static Place place(ContentionProfile profile, String method) {
    List<Place> places =
        profile.places().stream()
            .filter(place -> place.lock().equals(ProfileProbe.NAME))
            .filter(place -> place.stack().stream().anyMatch(f -> f.getMethodName().equals(method)))
            .toList();
    assertThat(places).as("%s in:%n%s", method, profile.table()).hasSize(1);
    return places.getFirst();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT0.0001S"})
  void holdersAreChargedInTheOrderOfTheirBlame(String period) throws Exception {
    ContentionProfile profile = profiled(Duration.parse(period));
    Place longer = place(profile, "holdLong");
    Place shorter = place(profile, "holdShort");
    assertThat(longer.totalNanos()).as(profile.table()).isGreaterThan(shorter.totalNanos());
    assertThat(longer.longestNanos()).isGreaterThan(shorter.longestNanos());
    assertThat(shorter.totalNanos()).isPositive();
    assertThat(profile.places().getFirst()).isEqualTo(longer);
  }

  @Test
  void withoutSamplingEachReleaseCounts() throws Exception {
    ContentionProfile profile = profiled(Duration.ZERO);
    Place longer = place(profile, "holdLong");
    assertThat(longer.count()).isEqualTo(5);
    assertThat(longer.waiters()).isEqualTo(2.0);
    assertThat(longer.meanNanos()).isEqualTo(longer.totalNanos() / 5);
    assertThat(longer.stack().getFirst().getMethodName()).isEqualTo("hold");
  }

  @Test
  void nothingIsChargedWhileItIsStopped() throws Exception {
    ContentionProfile profile = profiled(Duration.ZERO);
    List<Place> before = profile.places();
    assertThat(profile.isRunning()).isFalse();
    new ProfileProbe().work();
    assertThat(profile.places()).isEqualTo(before);
    profile.reset();
    assertThat(profile.places()).isEmpty();
    profile.resume();
    new ProfileProbe().work();
    profile.stop();
    assertThat(place(profile, "holdLong").count()).isEqualTo(5);
  }

  @Test
  void theTableHasALineForEachPlace() throws Exception {
    ContentionProfile profile = profiled(Duration.ZERO);
    String table = profile.table();
    assertThat(table).matches("(?s) +count +total +longest +mean +waiters +lock +released by\n.*");
    assertThat(table.lines().skip(1).findFirst().orElseThrow())
        .matches(
            " +5 +\\S+ \\S+ +\\S+ \\S+ +\\S+ \\S+ +2\\.0 +shared +"
                + "io\\.pawl\\.observe\\.ProfileProbe\\.hold\\(ProfileProbe\\.java:\\d+\\)");
    assertThat(table).hasLineCount(1 + profile.places().size());
  }

  @Test
  void collapsedStacksBeginOutsideAndEndWithTheLock() throws Exception {
    ContentionProfile profile = profiled(Duration.ZERO);
    assertThat(profile.collapsed().lines().findFirst().orElseThrow())
        .matches(
            "\\S+;.*ProfileProbe\\.work;.*ProfileProbe\\.holdLong;"
                + ".*ProfileProbe\\.hold;lock shared \\d+");
  }

  @Test
  void pprofReadsTheSamePlaces() throws Exception {
    ContentionProfile profile = profiled(Duration.ofNanos(1));
    PprofReader read = new PprofReader(profile.pprof());
    assertThat(read.strings()).startsWith("").doesNotHaveDuplicates();
    assertThat(read.sampleTypes()).containsExactly("contentions/count", "delay/nanoseconds");
    assertThat(read.defaultSampleType()).isEqualTo("delay");
    assertThat(read.period()).isEqualTo("delay/nanoseconds 1");
    assertThat(read.samples())
        .isEqualTo(profile.places().stream().map(ContentionProfileTest::sample).toList());
    assertThat(read.samples())
        .anySatisfy(sample ->
            assertThat(sample.stack().getFirst())
                .matches(
                    "io\\.pawl\\.observe\\.ProfileProbe\\.hold"
                        + " io/pawl/observe/ProfileProbe\\.java:\\d+"));
  }

  private static PprofReader.Sample sample(Place place) {
    return new PprofReader.Sample(
        place.stack().stream().map(ContentionProfileTest::frame).toList(),
        List.of(place.count(), place.totalNanos()),
        "[lock/" + place.lock() + "]");
  }

  private static String frame(StackTraceElement frame) {
    String type = frame.getClassName();
    return type
        + "."
        + frame.getMethodName()
        + " "
        + type.substring(0, type.lastIndexOf('.') + 1).replace('.', '/')
        + frame.getFileName()
        + ":"
        + Math.max(0, frame.getLineNumber());
  }

  @Test
  void pprofIsToldForHowLongTheProfileHasRun() throws Exception {
    long before = System.currentTimeMillis();
    ContentionProfile profile = profiled(Duration.ZERO);
    PprofReader read = new PprofReader(profile.pprof());
    assertThat(read.timeNanos() / 1_000_000).isBetween(before, System.currentTimeMillis());
    assertThat(read.durationNanos())
        .isGreaterThan(profile.places().getFirst().longestNanos())
        .isEqualTo(new PprofReader(profile.pprof()).durationNanos());
    profile.reset();
    PprofReader empty = new PprofReader(profile.pprof());
    assertThat(empty.samples()).isEmpty();
    assertThat(empty.durationNanos()).isZero();
  }

  @Test
  void jmxClientsSeeIt() throws Exception {
    ContentionProfile profile = profiled(Duration.ZERO);
    profile.register();
    try {
      ObjectName name = new ObjectName("io.pawl:type=ContentionProfile");
      MBeanServer server = ManagementFactory.getPlatformMBeanServer();
      var bean = JMX.newMXBeanProxy(server, name, ContentionProfileMXBean.class);
      assertThat(bean.isRunning()).isFalse();
      var top = bean.getTopLocks().getFirst();
      assertThat(top.getLock()).isEqualTo("shared");
      assertThat(top.getCount()).isEqualTo(5);
      assertThat(top.getReleasedBy()).startsWith("io.pawl.observe.ProfileProbe.hold(");
      assertThat(bean.getTotalNanos()).isGreaterThanOrEqualTo(top.getTotalNanos());
      assertThat(bean.table()).isEqualTo(profile.table());
      bean.resume();
      assertThat(profile.isRunning()).isTrue();
      bean.stop();
      bean.reset();
      assertThat(bean.getCount()).isZero();
    } finally {
      ContentionProfile.unregister();
    }
  }

  @Test
  void aNegativePeriodIsRefused() {
    assertThatThrownBy(() -> ContentionProfile.start(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"profile.txt", "profile.collapsed"})
  void thePropertyHasItWrittenAtTheEnd(String name, @TempDir Path directory) throws Exception {
    Path file = directory.resolve(name);
    String out = child("-Dpawl.profile=" + file).run().quietOut();
    assertThat(out).isEqualTo("registered\n");
    assertThat(Files.readString(file))
        .contains(name.endsWith(".txt") ? "released by" : "ProfileProbe.holdLong;")
        .contains("ProfileProbe.hold", "shared");
  }

  @Test
  void thePropertyWritesForPprof(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("profile.pb.gz");
    assertThat(child("-Dpawl.profile=" + file).run().quietOut()).isEqualTo("registered\n");
    assertThat(new PprofReader(Files.readAllBytes(file)).samples())
        .anyMatch(sample -> sample.labels().equals("[lock/shared]"));
  }

  @Test
  void fileThatCanNotBeWrittenIsToldAtTheBeginning(@TempDir Path directory) throws Exception {
    Path missing = directory.resolve("missing");
    Path file = missing.resolve("profile.txt");
    String option = "-Dpawl.profile=" + file;
    assertThat(child(option).with(missing.toString()).run().quietOut())
        .isEqualTo(option + " will not be written: there is no folder " + missing + "\n");
    assertThat(file).content().contains("shared");
  }

  @Test
  void withoutTheModuleOnlyJmxIsMissing(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("profile");
    String out = child("-Dpawl.profile=" + file, "--limit-modules", "java.base").run().quietOut();
    assertThat(out).isEqualTo("There is no module java.management\n");
    assertThat(file).content().contains("shared");
  }

  private static ChildJvm child(String... options) {
    Path classes = ChildJvm.classesOf(Pawl.class);
    return ChildJvm.java()
        .with("--enable-native-access=ALL-UNNAMED")
        .with(options)
        .with("-cp", ChildJvm.path(classes, classes.resolveSibling("test-classes")))
        .with(ProfileProbe.class.getName());
  }
}
