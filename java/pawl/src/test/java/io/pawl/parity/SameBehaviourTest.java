package io.pawl.parity;

import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What reflection cannot see: the drop-ins return the same, throw the same, wait in the same cases,
 * describe themselves by the same texts and keep the same when they are serialized.
 */
@Timeout(120)
class SameBehaviourTest {

  static java.util.Map<String, Integer> seen = new java.util.TreeMap<>();
  private static final int SCRIPTS = 3000;
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
      all.forEach(arguments -> new Script(0).make(constructor, arguments));
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
    for (int seed = 0; seed < SCRIPTS; seed++) {
      try {
        new Script(seed).run(pair, STEPS);
      } catch (AssertionError e) {
        String m = e.getMessage() + "";
        String l = m.indexOf(10) < 0 ? m : m.substring(0, m.indexOf(10));
        String[] ll = m.lines().toArray(String[]::new);
        String last = "";
        for (int k = 0; k < ll.length; k++) if (ll[k].matches("  (actor|inter).*")) last = ll[k];
        String key = l + " @ " + last.replaceAll("actor-.: |#.*[.]", "");
        if (seen.merge(key, 1, Integer::sum) == 1)
          System.out.println(pair + " DIFF " + key + "\n" + m);
      }
    }
    seen.forEach((k, v) -> System.out.println(pair + " SUM " + v + " " + k));
    seen.clear();
  }
}
