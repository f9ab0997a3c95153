package io.pawl.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.EventStatistics;

class LimitTest {
  private String before = "";

  @BeforeEach
  void remember() {
    before = System.getProperty(Patience.PROPERTY, "1");
  }

  @AfterEach
  void restore() {
    System.setProperty(Patience.PROPERTY, before);
  }

  @ParameterizedTest
  @ValueSource(classes = {OfItsClass.class, Inherited.class, OfItsOwn.class, Template.class})
  void testThatTakesLongerThanItsLimitFailsUnlessMoreTimeIsGiven(Class<?> tests) {
    run(tests, 1, statistics -> statistics.started(1).failed(1).succeeded(0));
    run(tests, 60, statistics -> statistics.started(1).failed(0).succeeded(1));
  }

  @Test
  void testThatBlocksForGoodIsEnded() {
    run(Blocked.class, 1, statistics -> statistics.started(1).failed(1));
  }

  @Test
  @EnabledIfSystemProperty(named = "pawl.root", matches = ".+")
  void noTestHasALimitThatCannotBeStretched() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(System.getProperty("pawl.root"), "java"))) {
      List<Path> found =
          files
              .filter(file -> file.toString().endsWith(".java") && contains(file, "api.Timeout;"))
              .filter(file -> !file.endsWith("LimitTest.java"))
              .toList();
      assertThat(found).isEmpty();
    }
  }

  private static void run(Class<?> tests, int patience, Consumer<EventStatistics> expected) {
    System.setProperty(Patience.PROPERTY, Integer.toString(patience));
    EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(tests))
        .execute()
        .testEvents()
        .assertStatistics(expected);
  }

  private static boolean contains(Path file, String text) {
    try {
      return Files.readString(file).contains(text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Takes longer than a second, and much less than a minute. */
  private static void takeLongerThanASecond() throws InterruptedException {
    Thread.sleep(1_500);
  }

  @Limit(1)
  static class OfItsClass {
    @Test
    void slow() throws InterruptedException {
      takeLongerThanASecond();
    }
  }

  static class Inherited extends OfItsClass {}

  @Limit(3600)
  static class OfItsOwn {
    @Test
    @Limit(1)
    void slow() throws InterruptedException {
      takeLongerThanASecond();
    }
  }

  @Limit(1)
  static class Template {
    @ParameterizedTest
    @ValueSource(ints = 1)
    void slow(int number) throws InterruptedException {
      takeLongerThanASecond();
    }
  }

  @Limit(1)
  static class Blocked {
    @Test
    void forGood() throws InterruptedException {
      new CountDownLatch(1).await();
    }
  }
}
