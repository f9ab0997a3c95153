package io.pawl.shared;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.Pawl;
import io.pawl.kit.ChildJvm;
import io.pawl.kit.Limit;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@Limit(60)
@SuppressWarnings("LockNotBeforeTry") // the tests are about locks that stay held
class RegionToolTest {
  private final Regions regions = new Regions();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @AfterEach
  void end() throws Exception {
    regions.close();
  }

  private int run(String answer, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addFirst(regions.file().toString());
    return RegionTool.run(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        new BufferedReader(new StringReader(answer)),
        all.toArray(String[]::new));
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void pathThatCannotBeIsUnusable() {
    PrintStream all = new PrintStream(err, true, StandardCharsets.UTF_8);
    BufferedReader in = new BufferedReader(new StringReader(""));
    assertThat(RegionTool.run(all, all, in, "no\0path")).isEqualTo(3);
  }

  @Test
  void listsWhoIsAttachedAndWhatIsHeld() throws Exception {
    SharedRegion region = regions.open(Regions.OPTIONS.label("worker 3"));
    region.mutex("orders").lock();
    region.rwLock("prices").readLock().lock();
    region.semaphore("connections", 8).acquire(2);
    assertThat(run("")).isZero();
    assertThat(printed())
        .contains("process " + ProcessHandle.current().pid() + " (worker 3)")
        .contains("mutex \"orders\": locked by thread \"" + Thread.currentThread().getName())
        .contains("read-write lock \"prices\": unlocked, 1 read by slot 0")
        .contains("semaphore \"connections\": 8 permits, 2 held by slot 0");
    assertThat(region.attached()).hasSize(1);
  }

  @Test
  void deadOwnerIsAmissAndIsRepairedAfterAQuestion() {
    SharedRegion region = regions.open();
    SharedRegion dead = regions.open();
    dead.mutex("orders").lock();
    regions.kill(dead);
    assertThat(run("")).isOne();
    assertThat(printed()).contains("which has ended");
    assertThat(run("n\n", "--repair", "orders")).isEqualTo(4);
    assertThat(run("")).isOne();
    assertThat(run("y\n", "--repair", "orders")).isZero();
    assertThat(run("")).isZero();
    SharedMutex mutex = region.mutex("orders");
    mutex.lock();
    mutex.unlock();
  }

  @Test
  void writersThatDiedAreRepairedToo() {
    SharedRegion region = regions.open();
    SharedRegion dead = regions.open();
    dead.rwLock("prices").writeLock().lock();
    SharedSeqLock _ = dead.seqLock("position", 16);
    regions.kill(dead);
    assertThat(run("", "--repair", "prices", "--yes")).isZero();
    assertThat(run("", "--repair", "position", "--yes")).isZero();
    region.rwLock("prices").readLock().lock();
    region.rwLock("prices").readLock().unlock();
  }

  @Test
  void lockOfALivingOwnerIsNotRepaired() {
    SharedRegion region = regions.open();
    region.mutex("orders").lock();
    assertThat(run("y\n", "--repair", "orders")).isEqualTo(4);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("lives");
    assertThat(run("y\n", "--repair", "nothing")).isEqualTo(4);
  }

  @Test
  void wrongArgumentsAndFilesHaveCodesOfTheirOwn() {
    assertThat(run("", "--unknown")).isEqualTo(2);
    assertThat(run("", "--repair")).isEqualTo(2);
    assertThat(run("")).isEqualTo(3);
    assertThat(run("", "--help")).isZero();
    assertThat(printed()).contains("Exit codes");
  }

  @Test
  void jarRunsTheCommand() throws Exception {
    SharedRegion _ = regions.open(Regions.OPTIONS.label("parent"));
    String printed =
        ChildJvm.java()
            .with("-XX:TieredStopAtLevel=1", "--enable-native-access=io.pawl")
            .with("-p", ChildJvm.classesOf(Pawl.class).toString(), "-m", "io.pawl/io.pawl.Pawl")
            .with("region", regions.file().toString())
            .run()
            .quietOut();
    assertThat(printed).contains("(parent)");
  }
}
