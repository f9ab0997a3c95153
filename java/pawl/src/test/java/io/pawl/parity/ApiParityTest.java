package io.pawl.parity;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.ChildJvm;
import java.io.IOException;
import java.io.Serializable;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each drop-in has the public and protected members of the class that it replaces, those of JDK 25,
 * no more and no less but for the differences that are explained here. An older JDK may lack
 * members, which are then extra ones of Pawl's; a later one may have more, which are then missing
 * ones. Neither fails the test, and only on JDK 25 does it matter that an explanation is needed.
 */
class ApiParityTest {

  /**
   * A difference that is meant.
   *
   * @param where the drop-in
   * @param what the difference, as {@link Api#differences} tells it
   * @param why the reason
   */
  private record Explained(String where, String what, String why) {}

  private static final String OWNED = "java.util.concurrent.locks.AbstractOwnableSynchronizer";

  private static final String SUBINTERFACE =
      "extends the JDK's interface, so that code with either import works with the same locks";

  private static final List<Explained> EXPLAINED =
      List.of(
          new Explained("locks.Lock", "extra: is java.util.concurrent.locks.Lock", SUBINTERFACE),
          new Explained(
              "locks.Condition", "extra: is java.util.concurrent.locks.Condition", SUBINTERFACE),
          new Explained(
              "locks.ReadWriteLock",
              "extra: is java.util.concurrent.locks.ReadWriteLock",
              SUBINTERFACE),
          new Explained(
              "locks.ReentrantLock",
              "extra: is " + OWNED,
              "the lock itself is what thread dumps list; it keeps no second object for its owner"),
          new Explained(
              "locks.ReentrantLock", "extra: getExclusiveOwnerThread()", "inherited from " + OWNED),
          new Explained(
              "locks.ReentrantLock",
              "extra: setExclusiveOwnerThread(java.lang.Thread)",
              "inherited from " + OWNED));

  private static final int JDK = Runtime.version().feature();

  @ParameterizedTest
  @MethodSource("io.pawl.parity.DropIn#all")
  void hasTheMembersOfTheClassItReplaces(DropIn pair) {
    Set<String> differences = Api.differences(pair.jdk(), pair.pawl());
    Set<String> explained = new TreeSet<>();
    for (Explained each : EXPLAINED) {
      if (each.where().equals(pair.toString())) {
        assertThat(each.why()).isNotBlank();
        explained.add(each.what());
      }
    }
    if (JDK == 25) {
      assertThat(differences).containsExactlyInAnyOrderElementsOf(explained);
    } else {
      String excused = JDK < 25 ? "extra: " : "missing: ";
      differences.removeIf(line -> line.startsWith(excused));
      assertThat(explained).containsAll(differences);
    }
  }

  @Test
  void everyClassWithANameOfTheJdksIsCompared() throws IOException {
    Path classes = ChildJvm.classesOf(io.pawl.Pawl.class).resolve("io/pawl");
    List<String> namesakes = new ArrayList<>();
    for (String folder : List.of("", "locks", "atomic")) {
      try (Stream<Path> files = Files.list(classes.resolve(folder))) {
        files
            .map(classes::relativize)
            .map(file -> file.toString().replace('/', '.').replace('\\', '.'))
            .filter(name -> name.endsWith(".class"))
            .map(name -> name.substring(0, name.length() - ".class".length()))
            .filter(ApiParityTest::isPublicInTheJdk)
            .forEach(namesakes::add);
      }
    }
    assertThat(namesakes)
        .containsExactlyInAnyOrderElementsOf(DropIn.all().stream().map(DropIn::toString).toList());
  }

  private static boolean isPublicInTheJdk(String name) {
    try {
      Class<?> found = Class.forName("java.util.concurrent." + name);
      return Modifier.isPublic(found.getModifiers());
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  // ---- The comparison itself

  @SuppressWarnings("unused")
  abstract static class Model<T extends Number> implements Serializable {
    private static final long serialVersionUID = 1;
    public static final int CONSTANT = 1;

    protected Model() throws IOException {}

    public abstract CharSequence narrowed();

    public abstract Object widened() throws InterruptedException;

    protected void hook() {}

    public List<T> generic() throws IllegalStateException {
      return List.of();
    }

    public void gone(int argument) {}

    public static class Nested {}
  }

  @SuppressWarnings("unused")
  abstract static class Copy<T> {
    public static int CONSTANT;

    protected Copy() {}

    public abstract String narrowed();

    public abstract void widened();

    protected final void hook() {}

    public List<String> generic() {
      return List.of();
    }

    public void gone(long argument) {}
  }

  @Test
  void comparisonTellsEveryKindOfDifference() {
    assertThat(Api.differences(Model.class, Copy.class))
        .containsExactly(
            "differs: : abstract static <T extends java.lang.Object>, not abstract static <T"
                + " extends java.lang.Number>",
            "differs: CONSTANT: public static int, not public static final int",
            "differs: generic(): public java.util.List<java.lang.String>, not public"
                + " java.util.List<T>",
            "differs: hook(): protected final void, not protected void",
            "differs: new(): protected, not protected throws java.io.IOException",
            "differs: widened(): public abstract void, not public abstract throws"
                + " java.lang.InterruptedException java.lang.Object",
            "extra: gone(long)",
            "missing: class Nested",
            "missing: gone(int)",
            "missing: is java.io.Serializable");
  }
}
