package io.pawl.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.ChildJvm;
import io.pawl.kit.ChildJvm.Result;
import io.pawl.kit.Limit;
import io.pawl.kit.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent's jar in JVMs of its own. */
@Tag("jar")
@Limit(60)
class AgentTest {
  private static final String LIBRARY =
      """
      package lib;
      import java.util.concurrent.*;
      public class Library {
        public static String take(Semaphore s) { return s.getClass().getName(); }
        public static class Limits { public final Semaphore permits = new Semaphore(2); }
      }
      """;

  @TempDir Path directory;
  private Path app;
  private Path lib;

  @BeforeEach
  void makeDirectories() throws IOException {
    app = Files.createDirectory(directory.resolve("app"));
    lib = Files.createDirectory(directory.resolve("lib"));
  }

  @Test
  void allDropInsBecomePawls() throws Exception {
    Compiled.into(
        app,
        List.of(),
        """
        package a;
        import java.util.concurrent.*;
        import java.util.concurrent.locks.*;
        public class Main {
          static void show(Object o) { System.out.println(o.getClass().getName()); }
          public static void main(String[] args) {
            ReentrantLock lock = new ReentrantLock();
            show(lock);
            lock.lock();
            Condition condition = lock.newCondition();
            condition.signalAll();
            System.out.println(lock.hasWaiters(condition));
            lock.unlock();
            ReentrantReadWriteLock both = new ReentrantReadWriteLock(true);
            show(both);
            ReentrantReadWriteLock.ReadLock read = both.readLock();
            show(read);
            read.lock();
            show(both.writeLock());
            ReadWriteLock pair = both;
            pair.readLock().unlock();
            StampedLock stamped = new StampedLock();
            show(stamped);
            stamped.asReadLock().lock();
            stamped.asReadWriteLock().readLock().unlock();
            System.out.println(stamped.validate(stamped.tryOptimisticRead()));
            show(new Semaphore(1));
            show(new CountDownLatch(1));
            show(new CyclicBarrier(1));
            Phaser phaser = new Phaser(1) {
              @Override protected boolean onAdvance(int phase, int parties) { return phase == 1; }
            };
            System.out.println(phaser.getClass().getSuperclass().getName());
            System.out.println(phaser.arrive() + " " + phaser.arrive() + " " + phaser.isTerminated());
            show(new Exchanger<String>());
          }
        }
        """);
    String jdk = Children.plain().with("-cp", app.toString(), "a.Main").run().quietOut();
    String pawl =
        Children.withAgent("")
            .with("-cp", ChildJvm.path(app, Children.pawl()), "a.Main")
            .run()
            .quietOut();
    assertThat(jdk).contains("java.util.concurrent.Exchanger");
    assertThat(pawl)
        .isEqualTo(jdk.replace("java.util.concurrent.", "io.pawl."))
        .doesNotContain("java.util.concurrent");
  }

  @Test
  void theOrderInWhichAProgramTakesItsLocksIsWatched() throws Exception {
    Compiled.into(
        app,
        List.of(),
        """
        package a;
        import java.util.concurrent.locks.*;
        public class Main {
          private final Lock stock = new ReentrantLock();
          private final ReadWriteLock cash = new ReentrantReadWriteLock();
          static void nest(Lock outer, Lock inner) {
            outer.lock();
            inner.lock();
            inner.unlock();
            outer.unlock();
          }
          void sell() { nest(stock, cash.writeLock()); }
          void refund() { nest(cash.readLock(), stock); }
          public static void main(String[] args) {
            Main main = new Main();
            main.sell();
            main.refund();
          }
        }
        """);
    Result result =
        Children.withAgent("")
            .with("-Dpawl.order=warn", "-cp", ChildJvm.path(app, Children.pawl()), "a.Main")
            .run();
    assertThat(result.normalOut()).isEmpty();
    assertThat(result.err())
        .contains(
            "Thread main is about to lock ReentrantLock made at a.Main.<init>(Main.java:4) holding"
                + " ReentrantReadWriteLock made at a.Main.<init>(Main.java:5)")
        .containsSubsequence("at a.Main.refund", "Caused by: ", "at a.Main.sell");
  }

  @Test
  void pawlBesideTheAgentIsFound() throws Exception {
    Path agent = Files.copy(Children.agentJar(), directory.resolve("agent.jar"));
    Compiled.into(app, List.of(), main("System.out.println(new Semaphore(1).getClass());"));
    String[] arguments = {"-javaagent:" + agent, "-cp", app.toString(), "a.Main"};

    Result alone = Children.plain().with(arguments).run();
    assertThat(alone.normalOut()).isEqualTo("class java.util.concurrent.Semaphore\n");
    assertThat(alone.err())
        .startsWith("pawl-agent: a.Main keeps the JDK's locks: its class loader finds no io.pawl.")
        .hasLineCount(1);

    String name = manifestClassPath(agent);
    if (Files.isDirectory(Children.pawl())) {
      Compiled.jar(directory.resolve(name), Children.pawl());
    } else {
      Files.copy(Children.pawl(), directory.resolve(name));
    }
    assertThat(Children.plain().with(arguments).run().quietOut())
        .isEqualTo("class io.pawl.Semaphore\n");
  }

  @Test
  void valueThatReachesALibraryThatIsNotRewrittenStaysTheJdks() throws Exception {
    Compiled.into(lib, List.of(), LIBRARY);
    Compiled.into(
        app,
        List.of(lib),
        main(
            """
            System.out.println(lib.Library.take(new Semaphore(1)));
            System.out.println(Other.lock.getClass().getName());
            Runnable lambda = Main::limits;
            lambda.run();
            """,
            "static void limits() { System.out.println(new lib.Library.Limits().permits); }"),
        """
        package a;
        class Other {
          static final Object lock = new java.util.concurrent.locks.ReentrantLock();
        }
        """);
    Result result =
        Children.withAgent("include=a.*")
            .with("-cp", ChildJvm.path(app, lib, Children.pawl()), "a.Main")
            .run();
    assertThat(result.normalOut())
        .startsWith("java.util.concurrent.Semaphore\nio.pawl.locks.ReentrantLock\n");
    assertThat(result.err())
        .startsWith("pawl-agent: a.Main keeps the JDK's locks: it shares Library")
        .endsWith(", which keeps them\n")
        .hasLineCount(1);
  }

  @Test
  void librariesOnOneClassPathAreRewrittenTogether() throws Exception {
    Path jar = Compiled.jar(directory.resolve("lib.jar"), Compiled.into(lib, List.of(), LIBRARY));
    Compiled.into(
        app,
        List.of(jar),
        main(
            """
            System.out.println(lib.Library.take(new Semaphore(1)));
            System.out.println(new lib.Library.Limits().permits.getClass().getName());
            """));
    Result result =
        Children.withAgent("log=all")
            .with("-cp", ChildJvm.path(app, jar, Children.pawl()), "a.Main")
            .run();
    assertThat(result.normalOut()).isEqualTo("io.pawl.Semaphore\nio.pawl.Semaphore\n");
    assertThat(result.err())
        .isEqualTo(
            """
            pawl-agent: a.Main uses Pawl's locks
            pawl-agent: lib.Library uses Pawl's locks
            pawl-agent: lib.Library$Limits uses Pawl's locks
            """);
  }

  @Test
  void jarOfAnotherLoaderIsRewrittenWhereTheLoaderFindsPawl() throws Exception {
    Path jar =
        Compiled.jar(
            directory.resolve("plugin.jar"),
            Compiled.into(
                lib,
                List.of(),
                """
                package plugin;
                public class Plugin implements java.util.function.Supplier<String> {
                  private final java.util.concurrent.Semaphore s =
                      new java.util.concurrent.Semaphore(1);
                  public String get() { return s.getClass().getName(); }
                }
                """));
    Compiled.into(
        app,
        List.of(),
        main(
            """
            var urls = new java.net.URL[] {java.nio.file.Path.of(args[0]).toUri().toURL()};
            show(new java.net.URLClassLoader(urls));
            show(new java.net.URLClassLoader(urls, ClassLoader.getPlatformClassLoader()));
            show(new ClassLoader() {
              @Override protected Class<?> findClass(String name) throws ClassNotFoundException {
                try (var in = new java.net.URLClassLoader(urls).getResourceAsStream("plugin/Plugin.class")) {
                  byte[] bytes = in.readAllBytes();
                  return defineClass(name, bytes, 0, bytes.length);
                } catch (java.io.IOException e) {
                  throw new ClassNotFoundException(name, e);
                }
              }
            });
            """,
            """
            static void show(ClassLoader loader) throws Exception {
              var plugin = loader.loadClass("plugin.Plugin").getConstructor().newInstance();
              System.out.println(((java.util.function.Supplier<?>) plugin).get());
            }
            """));
    Result result =
        Children.withAgent("")
            .with("-cp", ChildJvm.path(app, Children.pawl()), "a.Main", jar.toString())
            .run();
    assertThat(result.normalOut())
        .isEqualTo(
            """
            io.pawl.Semaphore
            java.util.concurrent.Semaphore
            java.util.concurrent.Semaphore
            """);
    assertThat(result.err().lines())
        .hasSize(2)
        .anyMatch(line -> line.contains("Plugin keeps the JDK's locks: its class loader finds no"))
        .anyMatch(
            line -> line.contains("nothing tells which files its class loader reads: a.Main$1"));
  }

  @Test
  void jarOfAnotherLoaderSharesLocksWithTheApplication() throws Exception {
    Compiled.into(
        app,
        List.of(),
        main(
            """
            var urls = new java.net.URL[] {java.nio.file.Path.of(args[0]).toUri().toURL()};
            ((Runnable) new java.net.URLClassLoader(urls)
                .loadClass("plugin.Plugin").getConstructor().newInstance()).run();
            """,
            "public static final Semaphore shared = new Semaphore(3);"));
    Path jar =
        Compiled.jar(
            directory.resolve("plugin.jar"),
            Compiled.into(
                lib,
                List.of(app),
                """
                package plugin;
                public class Plugin implements Runnable {
                  public void run() {
                    System.out.println(
                        a.Main.shared.getClass().getName() + a.Main.shared.drainPermits());
                  }
                }
                """));
    String[] arguments = {
      "-cp", ChildJvm.path(app, Children.pawl()), "a.Main", jar.toString(),
    };
    assertThat(Children.withAgent("").with(arguments).run().quietOut())
        .isEqualTo("io.pawl.Semaphore3\n");
    Result kept = Children.withAgent("exclude=a.*").with(arguments).run();
    assertThat(kept.normalOut()).isEqualTo("java.util.concurrent.Semaphore3\n");
    assertThat(kept.err())
        .isEqualTo(
            "pawl-agent: plugin.Plugin keeps the JDK's locks:"
                + " it shares Main.shared with a.Main, which keeps them\n");
  }

  @Test
  void classesThatNoClassPathListsKeepTheirUsersOnTheJdksLocks() throws Exception {
    Compiled.into(
        lib,
        List.of(),
        "package lib; public class Own extends java.util.concurrent.locks.ReentrantLock {}");
    Compiled.into(
        app,
        List.of(lib),
        main(
            """
            ReentrantLock lock = args.length > 9 ? new ReentrantLock() : new lib.Own();
            lock.lock();
            System.out.println(lock.getClass().getSuperclass().getName());
            """));
    Path jar = Compiled.jar(directory.resolve("lib.jar"), lib);
    Result result =
        Children.withAgent("")
            .with("-Xbootclasspath/a:" + jar)
            .with("-cp", ChildJvm.path(app, Children.pawl()), "a.Main")
            .run();
    assertThat(result.normalOut()).isEqualTo("java.util.concurrent.locks.ReentrantLock\n");
    assertThat(result.err())
        .isEqualTo(
            "pawl-agent: a.Main keeps the JDK's locks:"
                + " it shares Own with lib.Own, which keeps them\n");
  }

  @Test
  void classesOfAnAgentThatStartsLaterKeepTheirUsersOnTheJdksLocks() throws Exception {
    Compiled.into(
        lib,
        List.of(),
        "package lib; public class Other extends java.util.concurrent.locks.ReentrantLock {"
            + " public static void premain(String options) {} }");
    Compiled.into(
        app,
        List.of(lib),
        main(
            """
            ReentrantLock lock = args.length > 9 ? new ReentrantLock() : new lib.Other();
            System.out.println(lock.isLocked());
            """));
    Files.createDirectories(lib.resolve("META-INF"));
    Files.writeString(
        lib.resolve("META-INF/MANIFEST.MF"), "Manifest-Version: 1.0\nPremain-Class: lib.Other\n");
    Path jar = Compiled.jar(directory.resolve("other.jar"), lib);
    Result result =
        Children.withAgent("")
            .with("-javaagent:" + jar)
            .with("-cp", ChildJvm.path(app, Children.pawl()), "a.Main")
            .run();
    assertThat(result.normalOut()).isEqualTo("false\n");
    assertThat(result.err()).contains("it shares Other with lib.Other, which keeps them");
  }

  @Test
  void loaderMayTakeItsLockWhenItIsAskedForAResource() throws Exception {
    Path jar =
        Compiled.jar(
            directory.resolve("plugin.jar"),
            Compiled.into(
                lib,
                List.of(),
                "package plugin; public class Plugin { java.util.concurrent.Semaphore s; }"));
    Compiled.into(
        app,
        List.of(),
        """
        package a;
        import java.net.*;
        import java.util.concurrent.*;
        public class Main {
          static final CountDownLatch defining = new CountDownLatch(1);
          static final CountDownLatch asked = new CountDownLatch(1);
          static class Above extends URLClassLoader {
            Above(URL url) { super(new URL[] {url}); }
            @Override protected Class<?> loadClass(String name, boolean resolve)
                throws ClassNotFoundException {
              synchronized (this) {
                if (name.startsWith("plugin.")) {
                  defining.countDown();
                  try {
                    asked.await();
                  } catch (InterruptedException e) {
                    throw new ClassNotFoundException(name, e);
                  }
                }
                return super.loadClass(name, resolve);
              }
            }
            @Override public URL getResource(String name) {
              asked.countDown();
              synchronized (this) {
                return super.getResource(name);
              }
            }
          }
          static class Below extends URLClassLoader {
            Below(URL url, ClassLoader parent) { super(new URL[] {url}, parent); }
            @Override protected Class<?> loadClass(String name, boolean resolve)
                throws ClassNotFoundException {
              return name.startsWith("plugin.") ? findClass(name) : super.loadClass(name, resolve);
            }
          }
          static void load(ClassLoader loader) {
            try {
              System.out.println(loader.loadClass("plugin.Plugin").getName());
            } catch (ClassNotFoundException e) {
              throw new AssertionError(e);
            }
          }
          public static void main(String[] args) throws Exception {
            URL url = java.nio.file.Path.of(args[0]).toUri().toURL();
            Above above = new Above(url);
            Below below = new Below(url, above);
            Thread thread = new Thread(() -> load(above));
            thread.start();
            defining.await();
            load(below);
            thread.join();
          }
        }
        """);
    assertThat(
            Children.withAgent("")
                .with("-cp", ChildJvm.path(app, Children.pawl()), "a.Main", jar.toString())
                .run()
                .normalOut())
        .isEqualTo("plugin.Plugin\nplugin.Plugin\n");
  }

  @Test
  void namedModuleIsMadeToReadPawl() throws Exception {
    Compiled.into(
        app,
        List.of(),
        "module a { }",
        main("System.out.println(new CountDownLatch(1).getClass().getModule());"));
    assertThat(
            ChildJvm.java()
                .with("--enable-native-access=io.pawl", "-javaagent:" + Children.agentJar())
                .with("-p", ChildJvm.path(app, Children.pawl()), "--add-modules=io.pawl")
                .with("-m", "a/a.Main")
                .run()
                .quietOut())
        .isEqualTo("module io.pawl\n");
    assertThat(
            Children.withAgent("")
                .with("-cp", Children.pawl().toString(), "-p", app.toString(), "-m", "a/a.Main")
                .run()
                .quietOut())
        .startsWith("unnamed module");
  }

  @Test
  void classesThatPatchAModuleAreRewrittenWithIt() throws Exception {
    Compiled.into(
        app,
        List.of(),
        "module a { }",
        main(
            "System.out.println(Class.forName(\"a.Added\").getConstructor().newInstance());",
            "static final Semaphore shared = new Semaphore(1);"));
    Path patch = Files.createDirectory(directory.resolve("patch"));
    Compiled.into(
        patch,
        List.of(app),
        """
        package a;
        public class Added {
          public String toString() { return Main.shared.getClass().getName(); }
        }
        """);
    assertThat(
            Children.withAgent("")
                .with("-cp", Children.pawl().toString(), "--patch-module", "a=" + patch)
                .with("-p", app.toString(), "-m", "a/a.Main")
                .run()
                .quietOut())
        .isEqualTo("io.pawl.Semaphore\n");
  }

  @Test
  void optionThatIsNotUnderstoodEndsTheStart() throws Exception {
    Compiled.into(app, List.of(), main("System.out.println(\"started\");"));
    Result result =
        Children.withAgent("inclode=a.*")
            .with("-cp", ChildJvm.path(app, Children.pawl()), "a.Main")
            .run();
    assertThat(result.exit()).isNotZero();
    assertThat(result.out()).doesNotContain("started");
    assertThat(result.err()).contains("pawl-agent: the option 'inclode=a.*' is not understood");
  }

  /**
   * The JDK that Maven runs on may be old enough to try it; the text alone can always be looked at.
   */
  @Test
  void olderJavaIsToldWhatToDoAndStarts() throws Exception {
    assertThat(Agent.unsupported(17)).contains("needs Java 24 or later, this is Java 17");

    Path home = Path.of(System.getProperty("pawl.agent.other.jdk"));
    if (!Files.readString(home.resolve("release"))
        .matches("(?s).*JAVA_VERSION=\"(1\\d|2[0-3])\\b.*")) {
      return;
    }
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(
                home.resolve("bin").resolve("java").toString(),
                "-javaagent:" + Children.agentJar(),
                "--version")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(Patience.ofSeconds(50).toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(Files.readString(output)).startsWith("pawl-agent: needs Java 24 or later");
  }

  private static String main(String statements) {
    return main(statements, "");
  }

  private static String main(String statements, String members) {
    return "package a; import java.util.concurrent.*; import java.util.concurrent.locks.*;"
        + " public class Main { public static void main(String[] args) throws Exception {"
        + statements
        + "}"
        + members
        + "}";
  }

  private static String manifestClassPath(Path jar) throws IOException {
    try (var file = new java.util.jar.JarFile(jar.toFile())) {
      return file.getManifest().getMainAttributes().getValue("Class-Path");
    }
  }
}
