package io.pawl.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.Limit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Limit(60)
class AnalysisTest {
  private static final String LIBRARY =
      """
      package lib;
      import java.util.concurrent.*;
      import java.util.concurrent.locks.*;
      public class Library {
        public static void take(Semaphore s) {}
        public static Lock lock() { return null; }
        public static void run(User u) {}
        public interface User { void use(Semaphore s); }
        public static class Base {
          protected Semaphore permits;
          protected void guard(Semaphore s) {}
        }
      }
      """;

  @TempDir Path directory;
  private int directories;

  @Test
  void privateLockIsNoObstacle() {
    assertThat(keptOf("class A { private final ReentrantLock l = new ReentrantLock(true); }"))
        .isEmpty();
  }

  @Test
  void lockThatPassesBetweenClassesOfTheSetIsNoObstacle() {
    assertThat(
            keptOf(
                "public class A { public final Semaphore s = new Semaphore(1);"
                    + " public Semaphore get() { return s; } }",
                "class B { Semaphore s = new A().get(); }"))
        .isEmpty();
  }

  @Test
  void lockPassedToCodeOutsideStaysTheJdks() {
    assertThat(keptOf("class A { void f() { lib.Library.take(new Semaphore(1)); } }"))
        .containsEntry("a/A", "it shares Library.take with code that is not rewritten");
  }

  @Test
  void lockInheritedFromCodeOutsideStaysTheJdks() {
    assertThat(keptOf("class A extends lib.Library.Base { Object f() { return permits; } }"))
        .containsOnlyKeys("a/A");
  }

  @Test
  void methodThatOverridesOneOutsideKeepsItsType() {
    assertThat(keptOf("class A extends lib.Library.Base { protected void guard(Semaphore s) {} }"))
        .containsEntry("a/A", "its method guard may override one of a class that is not rewritten");
  }

  @Test
  void methodOfSuperclassThatImplementsAnInterfaceOutsideKeepsItsType() {
    assertThat(
            keptOf(
                "class A { public void use(Semaphore s) {} }",
                "class B extends A implements lib.Library.User {}"))
        .containsOnlyKeys("a/A");
  }

  @Test
  void lambdaForAnInterfaceOutsideKeepsItsType() {
    assertThat(keptOf("class A { void f() { lib.Library.run(s -> s.release()); } }"))
        .containsOnlyKeys("a/A");
  }

  @Test
  void methodReferenceForAnInterfaceOfTheJdkIsNoObstacle() {
    assertThat(
            keptOf(
                "import java.util.function.*; class A { Supplier<Semaphore> f(int n) {"
                    + " Function<Integer, Semaphore> g = Semaphore::new; return () -> g.apply(n); }"
                    + " ThreadLocal<CountDownLatch> t = new ThreadLocal<>() { protected"
                    + " CountDownLatch initialValue() { return new CountDownLatch(1); } }; }"))
        .isEmpty();
  }

  @Test
  void sharedFieldTiesItsUsersToItsOwner() {
    assertThat(
            keptOf(
                "class A { Semaphore s; void f() { lib.Library.take(s); } }",
                "class B { void f(A a) { a.s = new Semaphore(1); } }",
                "class C { Semaphore own = new Semaphore(1); }"))
        .containsOnlyKeys("a/A", "a/B")
        .containsEntry("a/B", "it shares A.s with a.A, which keeps them");
  }

  @Test
  void ownerFollowsAUserThatIsKept() {
    assertThat(
            keptOf(
                "class A { Semaphore s; }", "class B { void f(A a) { lib.Library.take(a.s); } }"))
        .containsOnlyKeys("a/A", "a/B");
  }

  @Test
  void genericSignatureTiesAsADescriptorDoes() {
    assertThat(
            keptOf(
                "import java.util.*; class A { Map<String, Semaphore> m;"
                    + " void f() { lib.Library.take(m.get(null)); } }",
                "class B { void f(A a) { a.m.put(null, new Semaphore(1)); } }"))
        .containsOnlyKeys("a/A", "a/B");
  }

  @Test
  void subclassOfADropInTiesThoseThatMentionIt() {
    assertThat(
            keptOf(
                "class A extends ReentrantLock { A(int i) {} }",
                "class B { void f() { ReentrantLock l = new A(1); l.lock(); } }",
                "class C { void f(A a, Semaphore s) { lib.Library.take(s); a.lock(); } }"))
        .containsOnlyKeys("a/A", "a/B", "a/C");
  }

  @Test
  void subclassOfADropInIsNoObstacle() {
    assertThat(
            keptOf(
                "class A extends ReentrantReadWriteLock { ReadLock r() { return readLock(); } }",
                "class P extends Phaser { protected boolean onAdvance(int p, int n) {"
                    + " return p > 1; } }"))
        .isEmpty();
  }

  @Test
  void subclassOfStampedLockIsKept() {
    assertThat(keptOf("class A extends StampedLock { }", "class B { StampedLock l = new A(); }"))
        .containsOnlyKeys("a/A", "a/B");
  }

  @Test
  void overridingTiesTheTwoClasses() {
    assertThat(
            keptOf(
                "interface I { void use(Semaphore s); }",
                "class A implements I { public void use(Semaphore s) { lib.Library.take(s); } }"))
        .containsOnlyKeys("a/A", "a/I");
  }

  @Test
  void methodInheritedIntoAnInterfaceTiesTheTwoClasses() {
    assertThat(
            keptOf(
                "interface I { void use(Semaphore s); }",
                "class A { public void use(Semaphore s) { lib.Library.take(s); } }",
                "class B extends A implements I {}"))
        .containsOnlyKeys("a/A", "a/I");
  }

  @Test
  void castOfALockFromOutsideKeepsTheClass() {
    assertThat(
            keptOf(
                "class A { Object f() { return (ReentrantLock) lib.Library.lock(); } }",
                "class B { boolean f() { return lib.Library.lock() instanceof ReentrantLock; } }"))
        .containsOnlyKeys("a/A", "a/B");
  }

  @Test
  void lockFromOutsideThatNobodyCastsIsNoObstacle() {
    assertThat(
            keptOf(
                "class C { Object f() { lib.Library.lock().lock(); return new ReentrantLock(); }"
                    + " }"))
        .isEmpty();
  }

  @Test
  void lockPassedToAClassThatCastsItTiesTheTwoClasses() {
    assertThat(
            keptOf(
                KEPT_CAST,
                "class B { void f() { K.take(new ReentrantLock()); } }",
                "class C { ReentrantLock l = new ReentrantLock(); }"))
        .containsOnlyKeys("a/K", "a/B")
        .containsEntry("a/B", "it shares K.take with a.K, which keeps them");
  }

  @Test
  void lockPassedToAClassThatIsKeptWithoutACastIsNoObstacle() {
    assertThat(
            keptOf(
                "class D { void f(Semaphore s) { lib.Library.take(s); }"
                    + " static void take(Lock l) { l.lock(); } }",
                "class E { void f() { D.take(new ReentrantLock()); } }"))
        .containsOnlyKeys("a/D");
  }

  @Test
  void lockThatPassesThroughAClassWithoutADropInTies() {
    assertThat(
            keptOf(
                KEPT_CAST,
                "class M { static void pass(Lock l) { K.take(l); } }",
                "class B { void f() { M.pass(new ReentrantLock()); } }"))
        .containsOnlyKeys("a/K", "a/B");
  }

  @Test
  void lockThatALambdaExpressionReturnsTies() {
    assertThat(
            keptOf(
                "class K { void f(Semaphore s) { lib.Library.take(s); }"
                    + " interface Source { Lock get(); }"
                    + " static Object take(Source s) { return (ReentrantLock) s.get(); } }",
                "class B { ReentrantLock l = new ReentrantLock(); void f() { K.take(() -> l); } }"))
        .containsOnlyKeys("a/K", "a/B");
  }

  @Test
  void lockThatAnOverridingMethodReturnsTies() {
    assertThat(
            keptOf(
                "class K { void f(Semaphore s) { lib.Library.take(s); }"
                    + " interface Source { Lock get(); }"
                    + " static Object take(Source s) { return (ReentrantLock) s.get(); } }",
                "class B implements K.Source { ReentrantLock l = new ReentrantLock();"
                    + " public Lock get() { return l; } }"))
        .containsOnlyKeys("a/K", "a/B");
  }

  @Test
  void lockInAGenericSignatureTies() {
    assertThat(
            keptOf(
                "import java.util.*; class K { void f(Semaphore s) { lib.Library.take(s); }"
                    + " static Object take(List<Lock> s) { return (ReentrantLock) s.get(0); } }",
                "import java.util.*; class B { void f() {"
                    + " K.take(List.of(new ReentrantLock())); } }"))
        .containsOnlyKeys("a/K", "a/B");
    assertThat(
            keptOf(
                "import java.util.function.*; class L { void f(Semaphore s) {"
                    + " lib.Library.take(s); } static Object take(Supplier<? extends Lock> s) {"
                    + " return (ReentrantLock) s.get(); } }",
                "import java.util.function.*; class S implements Supplier<Lock> {"
                    + " ReentrantLock l = new ReentrantLock(); public Lock get() { return l; } }",
                "class C { Lock other; void f() { L.take(new S()); } }"))
        .containsOnlyKeys("a/L", "a/S");
  }

  @Test
  void castOfALockFromAClassThatIsKeptKeepsTheClass() {
    assertThat(
            keptOf(
                "class A { Lock l() { return new ReentrantLock(); }"
                    + " void f(Semaphore s) { lib.Library.take(s); } }",
                "class B { Object f(A a) { return (ReentrantLock) a.l(); } }"))
        .containsOnlyKeys("a/A", "a/B");
  }

  @Test
  void patternOfASwitchIsACast() {
    assertThat(
            keptOf(
                "class A { int f() { return switch (lib.Library.lock()) {"
                    + " case ReentrantLock l -> 1; default -> 2; }; } }"))
        .containsOnlyKeys("a/A");
  }

  @Test
  void classLiteralIsKeptUnlessItLooksUpAField() {
    assertThat(
            keptOf(
                "class A { Object f() { return Semaphore.class.getName(); } }",
                "class B { Class<?> f() { return Semaphore[].class; } }",
                "import java.util.concurrent.atomic.*; class C { volatile Semaphore s;"
                    + " Object f() { return AtomicReferenceFieldUpdater"
                    + ".newUpdater(C.class, Semaphore.class, \"s\"); } }",
                "import java.lang.invoke.*; class D { Semaphore s; Object f() throws Exception {"
                    + " return MethodHandles.lookup()"
                    + ".findVarHandle(D.class, \"s\", Semaphore.class); } }"))
        .containsOnlyKeys("a/A", "a/B");
  }

  @Test
  void annotatedMemberOfATypeWhoseLiteralIsThereKeepsItsClassAndThoseThatCast() {
    assertThat(
            keptOf(
                "import java.lang.annotation.*; @Retention(RetentionPolicy.RUNTIME)"
                    + " @interface Probe {}",
                "class Types { static boolean handles(java.lang.reflect.Field f) {"
                    + " return f.getType() == Semaphore.class; } }",
                "class Source { @Probe private Semaphore s = new Semaphore(1); }",
                "class Bean { @Probe Object of(Semaphore s) { return s; } }",
                "class Reader { int read(java.lang.reflect.Field f, Object o) throws Exception {"
                    + " return ((Semaphore) f.get(o)).availablePermits(); } }",
                "class Plain { Semaphore s = new Semaphore(1); }",
                "class Other { @Probe CountDownLatch l; }"))
        .containsOnlyKeys("a/Types", "a/Source", "a/Bean", "a/Reader")
        .containsEntry(
            "a/Source",
            "it shares what is found by the type Semaphore with a.Types, which keeps them");
  }

  @Test
  void annotatedMemberIsNoObstacleWhereNoLiteralIs() {
    assertThat(
            keptOf(
                "class Source { @Deprecated Semaphore s = new Semaphore(1); }",
                "class Reader { Object f(Object o) { return (Semaphore) o; } }"))
        .isEmpty();
  }

  @Test
  void fieldThatIsLookedUpTiesItsOwner() {
    assertThat(
            keptOf(
                "class A { volatile Semaphore s; void f() { lib.Library.take(s); } }",
                "import java.lang.invoke.*; class B { Object f() throws Exception {"
                    + " return MethodHandles.lookup()"
                    + ".findVarHandle(A.class, \"s\", Semaphore.class); } }"))
        .containsOnlyKeys("a/A", "a/B");
  }

  @Test
  void classLiteralTiesAllClassesWhoseLiteralsAreThere() {
    assertThat(
            keptOf(
                "class A { public static void hit(ReentrantLock l) {} }",
                "class B { Object f() throws Exception {"
                    + " return A.class.getMethod(\"hit\", ReentrantLock.class); } }",
                "class C { ReentrantLock l; }",
                "class D { Class<?> f() { return ReentrantLock.class; }"
                    + " Class<?> g() { return C.class; } }",
                "class E { ReentrantLock l; Class<?> g() { return F.class; } }",
                "class F { ReentrantLock l; }"))
        .containsOnlyKeys("a/A", "a/B", "a/C", "a/D");
  }

  @Test
  void fieldThatIsLookedUpBySomeOtherMethodTiesItsOwner() {
    assertThat(
            keptOf(
                "class A { volatile Semaphore s; void f() { lib.Library.take(s); } }",
                "import java.lang.invoke.*; class B { Object f() throws Exception {"
                    + " return f(A.class); } Object f(Class<?> c) throws Exception {"
                    + " return MethodHandles.lookup()"
                    + ".findVarHandle(c, \"s\", Semaphore.class); } }"))
        .containsOnlyKeys("a/A", "a/B");
  }

  @Test
  void nameOfALockInAStringKeepsTheClass() {
    assertThat(
            keptOf(
                "class A { Semaphore s; String n = \"java.util.concurrent.Semaphore\"; }",
                "class B { Semaphore s; String n = \"Ljava/util/concurrent/Semaphore;\"; }",
                "class C { Semaphore s; String n = \"java.util.concurrent.SemaphoreX\"; }",
                "class D { Semaphore s; String n ="
                    + " \"Ljava/util/concurrent/Semaphore.acquire()\"; }"))
        .containsOnlyKeys("a/A", "a/B", "a/D");
  }

  @Test
  void nativeMethodWithALockKeepsTheClass() {
    assertThat(keptOf("class A { native void f(Semaphore s); }")).containsOnlyKeys("a/A");
  }

  @Test
  void decisionOfAParentLoaderBinds() {
    Map<String, Facts> parent =
        factsOf("parent", List.of(), "package a; public class P { public static " + LOCK + " l; }");
    Map<String, Facts> own =
        factsOf(
            "own",
            List.of(directory.resolve("parent0")),
            "package a; class A { Object f() { return P.l; } }",
            "package a; class B { " + LOCK + " l; }");
    Analysis following = new Analysis(own, others(parent, true), JdkPackages::contain);
    assertThat(following.run()).containsOnlyKeys("a/A");
    Analysis torn = new Analysis(own, others(parent, false), JdkPackages::contain);
    torn.keep("a/A", "for some reason");
    assertThat(torn.run()).containsOnlyKeys("a/A");
    assertThat(torn.torn())
        .containsOnly(
            Map.entry(
                "a/A", "it shares P.l with a.P, which is rewritten unless it is in exclude=a.P"));
  }

  /** A class that is kept, and casts the lock that it gets. */
  private static final String KEPT_CAST =
      "class K { void f(Semaphore s) { lib.Library.take(s); }"
          + " static Object take(Lock l) { return (ReentrantLock) l; } }";

  private static final String LOCK = "java.util.concurrent.locks.ReentrantLock";

  /** What is kept of classes in package a, which may use a library that is outside. */
  private Map<String, String> keptOf(String... classes) {
    String[] units = new String[classes.length + 1];
    for (int i = 0; i < classes.length; i++) {
      units[i] =
          "package a; import java.util.concurrent.*; import java.util.concurrent.locks.*; "
              + classes[i];
    }
    units[classes.length] = LIBRARY;
    Map<String, Facts> own = factsOf("own", List.of(), units);
    own.keySet().removeIf(name -> !name.startsWith("a/"));
    return new Analysis(own, others(Map.of(), false), JdkPackages::contain).run();
  }

  private static Analysis.Others others(Map<String, Facts> facts, boolean kept) {
    return new Analysis.Others() {
      @Override
      public @Nullable Facts find(String name) {
        return facts.get(name);
      }

      @Override
      public boolean keeps(String name) {
        return kept;
      }

      @Override
      public boolean besideKept(String name) {
        return kept;
      }

      @Override
      public boolean besideCast(String name) {
        return false;
      }
    };
  }

  private Map<String, Facts> factsOf(String name, List<Path> classPath, String... units) {
    Map<String, Facts> facts = new HashMap<>();
    Compiled.classFiles(Compiled.into(newDirectory(name), classPath, units))
        .forEach((type, classFile) -> facts.put(type, FactsReader.read(classFile)));
    return facts;
  }

  private Path newDirectory(String name) {
    try {
      return Files.createDirectory(directory.resolve(name + directories++));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
