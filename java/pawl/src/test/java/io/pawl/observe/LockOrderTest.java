package io.pawl.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.Pawl;
import io.pawl.kit.ChildJvm;
import io.pawl.kit.ChildJvm.Result;
import io.pawl.kit.Limit;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The watch on the order of locks, each time in a JVM of its own. */
@Limit(60)
class LockOrderTest {

  private static Result run(String mode, String method, String... options) throws Exception {
    Path classes = ChildJvm.classesOf(Pawl.class);
    return ChildJvm.java()
        .with("--enable-native-access=ALL-UNNAMED", "-Dpawl.order=" + mode)
        .with(options)
        .with("-cp", ChildJvm.path(classes, classes.resolveSibling("test-classes")))
        .with(OrderProbe.class.getName(), method)
        .run();
  }

  @ParameterizedTest
  @CsvSource({"names, books, sales", "virtualThreads, books, sales"})
  void anInversionOfNamesIsReportedOnceWithBothStacks(String method, String first, String second)
      throws Exception {
    Result result = run("warn", method);
    assertThat(result.normalOut()).isEqualTo("inversions 1\n");
    assertThat(result.err())
        .contains(" is about to lock " + second + " holding " + first)
        .containsOnlyOnce("Earlier thread first locked " + first + " holding " + second)
        .containsSubsequence("OrderProbe.bookThenSell", "Caused by: ", "OrderProbe.sellThenBook");
  }

  @Test
  void anInversionOfPlacesIsReported() throws Exception {
    Result result = run("warn", "places");
    assertThat(result.normalOut()).isEqualTo("inversions 1\n");
    assertThat(result.err())
        .containsPattern(
            "is about to lock ReentrantLock made at io\\.pawl\\.observe\\.OrderProbe\\.left"
                + "\\(OrderProbe\\.java:\\d+\\) holding ReentrantLock made at"
                + " io\\.pawl\\.observe\\.OrderProbe\\.right\\(");
  }

  @Test
  void aCircleOfThreeIsReportedWithAllStacks() throws Exception {
    Result result = run("warn", "circleOfThree");
    assertThat(result.normalOut()).isEqualTo("0\ninversions 1\n");
    assertThat(result.err())
        .containsSubsequence(
            "lock a holding c", "main locked b holding a", "main locked c holding b");
  }

  @ParameterizedTest
  @CsvSource({
    "pairOfOneClass, 0 1",
    "allowedPairOfOneClass, 0",
    "allowedByName, 0",
    "allowedByLock, 0",
    "allowingEndsInversions, 2 2",
    "whatWasAnInversionCounts, 1 2",
    "renamedWhileHeld, 0",
    "fieldsOfOneObject, 0 1",
    "fieldsOfTwoObjects, 0 1",
    "triesHaveNoOrder, true true 0",
    "whatWasTriedIsHeld, true 1",
    "whatWasTriedInVainIsNotHeld, false 0",
    "timedWithoutEnd, true 1",
    "interruptible, 1",
    "reentrancy, 0",
    "reentrantReads, 0 1",
    "outOfOrder, 0 1",
    "releasedByAnother, 0",
    "conditions, false 1",
    "conditionWithListener, told 1",
    "conditionOfOuterLock, false 1",
    "upgradeAfterAnother, 1",
    "eachKindInverse, true 20",
    "eachKindReleased, true 0",
  })
  void itCountsWhatItShould(String method, String expected) throws Exception {
    Result result = run("warn", method);
    int last = expected.lastIndexOf(' ') + 1;
    assertThat(result.normalOut())
        .as(result.err())
        .isEqualTo(
            expected.substring(0, last).replace(' ', '\n')
                + "inversions "
                + expected.substring(last)
                + "\n");
    if (expected.endsWith("0") && !expected.endsWith("20")) {
      assertThat(result.err()).isEmpty();
    }
  }

  @Test
  void theInversionIsThrownEachTimeBeforeTheLockIsTaken() throws Exception {
    String message =
        "false Thread main is about to lock a holding b, against the order so far, which may end in"
            + " a deadlock\ntrue true\n";
    assertThat(run("throw", "thrownBeforeTheLockIsTaken").quietOut())
        .isEqualTo(message + message + "inversions 1\n");
  }

  @Test
  void whatIsThrownLeavesLocksWithoutOwnerAsTheyWere() throws Exception {
    assertThat(run("throw", "thrownByLocksWithoutOwner").quietOut())
        .isEqualTo("false\ninversions 1\n");
  }

  @ParameterizedTest
  @CsvSource({"aMillionLocks, 65536 locks", "aMillionNames, 2048 classes of locks"})
  void memoryIsBounded(String method, String limit) throws Exception {
    Result result = run("warn", method, "-Xmx96m");
    assertThat(result.normalOut()).isEqualTo("1000000\ninversions 0\n");
    assertThat(result.err()).containsOnlyOnce("there are more than " + limit);
  }

  @Test
  void ordersForWhichThereIsNoRoomAreIgnored() throws Exception {
    Result result = run("warn", "manyOrders");
    assertThat(result.normalOut()).isEqualTo("130\ninversions 0\n");
    assertThat(result.err())
        .containsOnlyOnce("there are more than 8192 orders")
        .doesNotContain("is about to lock");
  }

  @Test
  void nothingIsWatchedUnlessAskedFor() throws Exception {
    assertThat(run("off", "names").quietOut()).isEqualTo("inversions 0\n");
  }

  @Test
  void aWordThatIsNotKnownIsLogged() throws Exception {
    Result result = run("thrwo", "names");
    assertThat(result.normalOut()).isEqualTo("inversions 0\n");
    assertThat(result.err()).contains("pawl.order is none of warn, throw and off: thrwo");
  }
}
