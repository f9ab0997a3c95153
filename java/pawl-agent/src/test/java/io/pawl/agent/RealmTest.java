package io.pawl.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pawl.kit.Limit;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.constant.MethodTypeDesc;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Limit(60)
class RealmTest {
  private static final String SHARED =
      "package a; public class Shared { public static java.util.concurrent.Semaphore s; }";

  @TempDir Path directory;

  @Test
  void classWithoutALockIsNotRewritten() throws IOException {
    Path classes = compiled("own", List.of(), SHARED, "package a; class Plain {}");
    Realm realm = realm(classes, null, "");
    assertThat(realm.rewrites("a/Shared")).isTrue();
    assertThat(realm.rewrites("a/Plain")).isFalse();
    assertThat(realm.blind("a/Plain")).isNull();
    assertThat(realm.blind("a/Other")).isNotNull();
  }

  @Test
  void classThatIsNotWantedIsNotRewritten() throws IOException {
    Path classes = compiled("own", List.of(), SHARED);
    assertThat(realm(classes, null, "exclude=a.Shared").rewrites("a/Shared")).isFalse();
    assertThat(realm(classes, null, "include=b.*").rewrites("a/Shared")).isFalse();
  }

  @Test
  void classThatIsLoadedAlreadyIsNotRewritten() throws IOException {
    Path classes = compiled("own", List.of(), SHARED);
    assertThat(realm(classes, null, "", "a/Shared").rewrites("a/Shared")).isFalse();
  }

  @Test
  void classFollowsTheOneOfAParentLoader() throws IOException {
    Path above = compiled("above", List.of(), SHARED);
    Path classes =
        compiled("own", List.of(above), "package b; class User { Object o = a.Shared.s; }");
    assertThat(realm(classes, realm(above, null, ""), "").rewrites("b/User")).isTrue();
    assertThat(realm(classes, realm(above, null, "include=b.*"), "").rewrites("b/User")).isFalse();
    assertThat(realm(classes, Realm.closed(null, "closed"), "").rewrites("b/User")).isFalse();
  }

  @Test
  void noClassIsReadWhereNoneIsToBeRewritten() throws IOException {
    Path classes = compiled("own", List.of(), SHARED);
    Files.writeString(classes.resolve("a/Broken.class"), "no class file");
    assertThat(realm(classes, null, "").errors()).hasSize(1);
    Realm idle = realm(classes, null, "include=b.*");
    assertThat(idle.errors()).isEmpty();
    assertThat(idle.blind("a/Shared")).isNull();
    assertThat(idle.blind("b/NotListed")).isNotNull();
    Path jar = Compiled.jar(directory.resolve("own.jar"), classes);
    assertThat(realm(jar, null, "include=b.*").errors()).isEmpty();
    assertThat(realm(jar, null, "include=a.Sh*").errors()).hasSize(1);
  }

  @Test
  void loaderIsReadForItsChildAlthoughNoneOfItsClassesIsRewritten() throws IOException {
    Path above =
        compiled(
            "above",
            List.of(),
            "package a; public class Conduit {"
                + " public static void pass(java.util.concurrent.locks.Lock l) {} }");
    Path classes =
        compiled(
            "own",
            List.of(above),
            "package b; class User { Object f(Object l) {"
                + " a.Conduit.pass((java.util.concurrent.locks.ReentrantLock) l); return l; } }");
    Realm parent = realm(above, null, "include=b.*");
    assertThat(realm(classes, parent, "include=b.*").rewrites("b/User")).isTrue();
    assertThat(realm(classes, null, "include=b.*").rewrites("b/User")).isFalse();
  }

  @Test
  void copyOfAClassOfAParentLoaderFollowsIt() throws IOException {
    Path above = compiled("above", List.of(), SHARED);
    Path copy = compiled("own", List.of(), SHARED);
    assertThat(realm(copy, realm(above, null, ""), "").rewrites("a/Shared")).isTrue();
    assertThat(realm(copy, realm(above, null, "exclude=*"), "").rewrites("a/Shared")).isFalse();
  }

  @Test
  void classThatTheLoaderFindsButDoesNotListCountsAsKept() throws IOException {
    Path hidden =
        compiled(
            "hidden",
            List.of(),
            "package h; public class Own extends java.util.concurrent.locks.ReentrantLock {}");
    Path classes =
        compiled(
            "own",
            List.of(hidden),
            "package a; class User { java.util.concurrent.locks.ReentrantLock l = new h.Own(); }",
            SHARED);
    Map<String, byte[]> found = Compiled.classFiles(hidden);
    Realm realm = realm(classes, found::get, null, "");
    assertThat(realm.rewrites("a/User")).isFalse();
    assertThat(realm.rewrites("a/Shared")).isTrue();
    assertThat(realm.rewrites("h/Own")).isFalse();
  }

  @Test
  void lockThatPassesThroughAParentLoaderTies() throws IOException {
    String target = "static Object cast(Lock l) { return (ReentrantLock) l; }";
    String start = "package a; import java.util.concurrent.locks.*; public class ";
    Path above =
        compiled(
            "above",
            List.of(),
            start + "Caster { public " + target + " }",
            start + "Conduit { public static void pass(Lock l) { Caster.cast(l); } }");
    Path classes =
        compiled(
            "own",
            List.of(above),
            "package b; class User { Object f() { var l = new"
                + " java.util.concurrent.locks.ReentrantLock(); a.Conduit.pass(l); return l; } }");
    assertThat(realm(classes, realm(above, null, ""), "").rewrites("b/User")).isTrue();
    assertThat(realm(classes, realm(above, null, "include=b.*"), "").rewrites("b/User")).isFalse();
  }

  @Test
  void nothingIsKnownLessWhenTheFactsOfAParentAreDropped() throws IOException {
    Path above =
        compiled(
            "above",
            List.of(),
            "package a; public class Plain { public void f() {} }",
            "package a; public class Sub extends Plain {}",
            "package a; public class Lock extends java.util.concurrent.locks.ReentrantLock {}",
            "package a; public class Under extends Lock {}");
    Path classes =
        compiled(
            "own",
            List.of(above),
            "package b; class OfPlain extends a.Sub {"
                + " void g(java.util.concurrent.Semaphore s) {} }",
            "package b; class OfLock { java.util.concurrent.locks.ReentrantLock l"
                + " = new a.Under(); }");
    Realm rewritten = realm(above, null, "");
    assertThat(rewritten.blind("a/Sub")).isNull();
    assertThat(rewritten.rewrites("a/Lock")).isTrue();
    assertThat(realm(classes, rewritten, "").rewrites("b/OfPlain")).isTrue();
    assertThat(realm(classes, rewritten, "").rewrites("b/OfLock")).isTrue();
    Realm kept = realm(above, null, "include=b.*");
    assertThat(realm(classes, kept, "").rewrites("b/OfPlain")).isTrue();
    assertThat(realm(classes, kept, "").rewrites("b/OfLock")).isFalse();
  }

  @Test
  void blindClassThatSharesALockWithARewrittenOneClashes() throws IOException {
    Path above =
        compiled(
            "above",
            List.of(),
            SHARED,
            "package a; public interface Plugin { void run(java.util.concurrent.Semaphore s); }");
    Path blind =
        compiled(
            "blind",
            List.of(above),
            "package b; class User { Object o = a.Shared.s; }",
            "package b; class Impl implements a.Plugin {"
                + " public void run(java.util.concurrent.Semaphore s) {} }",
            "package b; class Alone { java.util.concurrent.Semaphore s; }");
    Realm closed = Realm.closed(realm(above, null, ""), "closed");
    assertThat(clash(closed, blind, "b/User", false))
        .isEqualTo(
            "it shares Shared.s with a.Shared, which is rewritten unless it is in"
                + " exclude=a.Shared");
    assertThat(clash(closed, blind, "b/Impl", false)).contains("exclude=a.Plugin");
    assertThat(clash(closed, blind, "b/Alone", false)).isNull();
    assertThat(clash(closed, blind, "b/User", true)).isNull();
    assertThat(clash(closed, above, "a/Shared", false)).isNull();
    Realm kept = Realm.closed(realm(above, null, "exclude=*"), "closed");
    assertThat(clash(kept, blind, "b/User", false)).isNull();
  }

  private static @Nullable String clash(Realm realm, Path classes, String name, boolean copied)
      throws IOException {
    return realm.clash(
        FactsReader.read(Files.readAllBytes(classes.resolve(name + ".class"))), other -> copied);
  }

  @Test
  void loaderThatPrefersItsOwnCopiesIsNoError() throws IOException {
    Path above = compiled("above", List.of(), SHARED);
    Path copy =
        compiled(
            "own",
            List.of(),
            SHARED.replace("; }", "; Class<?> c = java.util.concurrent.Semaphore.class; }"));
    try (URLClassLoader loader = new URLClassLoader(new URL[] {copy.toUri().toURL()})) {
      Realm realm =
          Realm.of(
              Objects.requireNonNull(Sources.of(loader)),
              name -> null,
              realm(above, null, ""),
              Set.of(),
              Options.parse("log=off"));
      assertThat(realm.rewrites("a/Shared")).isFalse();
      assertThat(realm.errors()).isEmpty();
    }
  }

  @Test
  void damagedClassFileIsPassedOver() throws IOException {
    Path classes = compiled("own", List.of(), SHARED);
    byte[] whole = Files.readAllBytes(classes.resolve("a/Shared.class"));
    for (int length = 0; length < whole.length; length++) {
      Files.write(
          classes.resolve("a/B" + length + ".class"), java.util.Arrays.copyOf(whole, length));
    }
    assertThat(realm(classes, null, "").blind("a/Other")).isNotNull();
  }

  @Test
  void lambdaCallWithoutAnInterfaceIsRead() throws IOException {
    Path classes = compiled("own", List.of(), SHARED);
    Files.write(classes.resolve("a/Lambda.class"), withLambdaCallOfType("()I"));
    Files.write(classes.resolve("a/Array.class"), withLambdaCallOfType("()[I"));
    assertThat(realm(classes, null, "").rewrites("a/Shared")).isTrue();
    assertThat(realm(classes, null, "").blind("a/Lambda")).isNull();
  }

  /** A class that asks for a lambda expression of a type that none can have. */
  private static byte[] withLambdaCallOfType(String type) {
    MethodTypeDesc called = MethodTypeDesc.ofDescriptor(type);
    DynamicCallSiteDesc call =
        DynamicCallSiteDesc.of(
            ConstantDescs.ofCallsiteBootstrap(
                ClassDesc.of("java.lang.invoke.LambdaMetafactory"),
                "metafactory",
                ConstantDescs.CD_CallSite),
            "get",
            called,
            MethodTypeDesc.of(ConstantDescs.CD_Object));
    return ClassFile.of()
        .build(
            ClassDesc.of(type.endsWith("[I") ? "a.Array" : "a.Lambda"),
            built ->
                built
                    .withField("s", ClassDesc.of("java.util.concurrent.Semaphore"), 0)
                    .withMethodBody(
                        "f",
                        MethodTypeDesc.of(ConstantDescs.CD_void),
                        ClassFile.ACC_STATIC,
                        code -> code.invokedynamic(call).pop().return_()));
  }

  @Test
  void classWithAFullConstantPoolIsNotRewritten() throws IOException {
    Path classes = compiled("own", List.of(), SHARED);
    byte[] full = withFullPool();
    Files.write(classes.resolve("a/Full.class"), full);
    assertThatThrownBy(() -> Renaming.apply(full))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("full");
    Realm realm = realm(classes, null, "");
    assertThat(realm.rewrites("a/Full")).isFalse();
    assertThat(realm.rewrites("a/Shared")).isTrue();
  }

  /** A class that uses a view of StampedLock, and has as many constants as a class can have. */
  private static byte[] withFullPool() {
    for (int size = 0xFFFF; ; size--) {
      try {
        return withPool(size);
      } catch (IllegalArgumentException e) {
        // Still too large.
      }
    }
  }

  private static byte[] withPool(int size) {
    ClassDesc stampedLock = ClassDesc.ofInternalName(DropIns.STAMPED_LOCK);
    MethodTypeDesc view = MethodTypeDesc.of(ClassDesc.of("java.util.concurrent.locks.Lock"));
    return ClassFile.of()
        .build(
            ClassDesc.of("a.Full"),
            type -> {
              type.withMethodBody(
                  "f",
                  MethodTypeDesc.of(ConstantDescs.CD_void, stampedLock),
                  ClassFile.ACC_STATIC,
                  code ->
                      code.aload(0).invokevirtual(stampedLock, "asReadLock", view).pop().return_());
              for (int i = 0; type.constantPool().size() < size; i++) {
                var _ = type.constantPool().intEntry(i);
              }
            });
  }

  private static Realm realm(Path classes, @Nullable Realm parent, String options, String... loaded)
      throws IOException {
    return realm(classes, name -> null, parent, options, loaded);
  }

  private static Realm realm(
      Path classes,
      Function<String, byte @Nullable []> finder,
      @Nullable Realm parent,
      String options,
      String... loaded)
      throws IOException {
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
      Options parsed = Options.parse(options.isEmpty() ? "log=off" : options + ",log=off");
      return Realm.of(
          Objects.requireNonNull(Sources.of(loader)), finder, parent, Set.of(loaded), parsed);
    }
  }

  private Path compiled(String name, List<Path> classPath, String... units) throws IOException {
    return Compiled.into(Files.createDirectory(directory.resolve(name)), classPath, units);
  }
}
