package io.pawl.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pawl.kit.Limit;
import java.io.Serial;
import java.io.Serializable;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What reflection cannot see: the drop-ins return the same, throw the same for the same arguments,
 * wait in the same cases, describe themselves by the same texts and keep the same when they are
 * serialized.
 */
@Limit(120)
class SameBehaviourTest {

  private static final int SCRIPTS = 300;
  private static final int STEPS = 40;

  static Stream<DropIn> classesToMake() {
    return DropIn.all().stream().filter(pair -> pair.jdk().getConstructors().length > 0);
  }

  @ParameterizedTest
  @MethodSource("classesToMake")
  void constructorsTakeAndRefuseTheSame(DropIn pair) {
    for (Constructor<?> constructor : pair.jdk().getConstructors()) {
      List<List<Argument>> all = List.of(List.of());
      for (int i = 0; i < constructor.getParameterCount(); i++) {
        all = combined(all, Argument.choices(constructor, i, List.of(), 0));
      }
      all.forEach(arguments -> new Script(pair, 0).make(constructor, arguments));
    }
  }

  private static List<List<Argument>> combined(List<List<Argument>> lists, List<Argument> more) {
    List<List<Argument>> all = new ArrayList<>();
    for (List<Argument> list : lists) {
      for (Argument each : more) {
        List<Argument> longer = new ArrayList<>(list);
        longer.add(each);
        all.add(longer);
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("classesToMake")
  void randomCallsBySeveralThreadsHaveTheSameOutcome(DropIn pair) {
    Set<@Nullable Executable> played = new HashSet<>();
    for (int seed = 0; seed < SCRIPTS; seed++) {
      new Script(pair, seed).run(STEPS, played);
    }
    assertThat(played)
        .containsAll(Script.methods(pair.jdk()))
        .containsAll(Arrays.asList(pair.jdk().getConstructors()));
    assertThat(played.contains(null)).isEqualTo(Serializable.class.isAssignableFrom(pair.jdk()));
  }

  // ---- The comparison itself

  /** A semaphore that forgets to look whether it is interrupted. */
  public static class Deaf extends java.util.concurrent.Semaphore {
    @Serial private static final long serialVersionUID = 1L;

    public Deaf(int permits) {
      super(permits);
    }

    public Deaf(int permits, boolean fair) {
      super(permits, fair);
    }

    @Override
    public void acquire() {
      acquireUninterruptibly();
    }

    @Override
    public String toString() {
      return super.toString().replace(Deaf.class.getName(), "java.util.concurrent.Semaphore");
    }
  }

  @Test
  void comparisonTellsWhatIsDifferent() {
    DropIn pair = new DropIn(java.util.concurrent.Semaphore.class, Deaf.class);
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> {
          for (int seed = 0; seed < SCRIPTS; seed++) {
            new Script(pair, seed).run(STEPS, new HashSet<>());
          }
        })
        .withMessageContaining("where the JDK's throws java.lang.InterruptedException");
  }
}
