package io.pawl.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.Limit;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openrewrite.ExecutionContext;
import org.openrewrite.InMemoryExecutionContext;
import org.openrewrite.Recipe;
import org.openrewrite.Result;
import org.openrewrite.SourceFile;
import org.openrewrite.config.Environment;
import org.openrewrite.config.YamlResourceLoader;
import org.openrewrite.internal.InMemoryLargeSourceSet;
import org.openrewrite.java.JavaParser;

/** The recipes in Pawl's jar, run by OpenRewrite. */
@Limit(60)
class RecipeTest {
  private static final URI RECIPES = URI.create("META-INF/rewrite/pawl.yml");

  @TempDir Path directory;

  /** OpenRewrite's parser of this Java release is the only one on the class path. */
  @BeforeAll
  static void parserIsThere() {
    Assumptions.assumeTrue(Runtime.version().feature() >= 25);
  }

  @Test
  void typesOfTheLocksAreReplacedAndInterfacesAreNot() throws IOException {
    assertThat(
            migrated(
                "io.pawl.UsePawlLocks",
                """
                package com.acme;

                import java.util.Map;
                import java.util.concurrent.CountDownLatch;
                import java.util.concurrent.CyclicBarrier;
                import java.util.concurrent.Exchanger;
                import java.util.concurrent.Phaser;
                import java.util.concurrent.Semaphore;
                import java.util.concurrent.TimeUnit;
                import java.util.concurrent.locks.Condition;
                import java.util.concurrent.locks.Lock;
                import java.util.concurrent.locks.LockSupport;
                import java.util.concurrent.locks.ReentrantLock;
                import java.util.concurrent.locks.ReentrantReadWriteLock;
                import java.util.concurrent.locks.StampedLock;

                class Orders {
                  private final ReentrantLock lock = new ReentrantLock(true);
                  private final Condition notEmpty = lock.newCondition();
                  private final ReentrantReadWriteLock both = new ReentrantReadWriteLock();
                  private final ReentrantReadWriteLock.ReadLock read = both.readLock();
                  private final Lock write = both.writeLock();
                  private final Map<String, Semaphore> limits = Map.of("a", new Semaphore(3));
                  private final java.util.concurrent.CountDownLatch ready = new CountDownLatch(1);

                  boolean await(CyclicBarrier barrier, Phaser phaser, Exchanger<String> exchanger)
                      throws Exception {
                    LockSupport.parkNanos(1);
                    return barrier.await() == 0
                        && phaser.arrive() > 0
                        && exchanger.exchange("a").isEmpty()
                        && new StampedLock().asReadLock().tryLock(1, TimeUnit.SECONDS);
                  }
                }
                """))
        .isEqualTo(
            """
            package com.acme;

            import io.pawl.*;
            import io.pawl.locks.ReentrantLock;
            import io.pawl.locks.ReentrantReadWriteLock;
            import io.pawl.locks.StampedLock;

            import java.util.Map;
            import java.util.concurrent.TimeUnit;
            import java.util.concurrent.locks.Condition;
            import java.util.concurrent.locks.Lock;
            import java.util.concurrent.locks.LockSupport;

            class Orders {
              private final ReentrantLock lock = new ReentrantLock(true);
              private final Condition notEmpty = lock.newCondition();
              private final ReentrantReadWriteLock both = new ReentrantReadWriteLock();
              private final ReentrantReadWriteLock.ReadLock read = both.readLock();
              private final Lock write = both.writeLock();
              private final Map<String, Semaphore> limits = Map.of("a", new Semaphore(3));
              private final CountDownLatch ready = new CountDownLatch(1);

              boolean await(CyclicBarrier barrier, Phaser phaser, Exchanger<String> exchanger)
                  throws Exception {
                LockSupport.parkNanos(1);
                return barrier.await() == 0
                    && phaser.arrive() > 0
                    && exchanger.exchange("a").isEmpty()
                    && new StampedLock().asReadLock().tryLock(1, TimeUnit.SECONDS);
              }
            }
            """);
  }

  @Test
  void whatIsImportedOnDemandIsReplacedToo() throws IOException {
    String migrated =
        migrated(
            "io.pawl.UsePawlLocks",
            """
            import java.util.concurrent.*;
            import java.util.concurrent.locks.*;

            class Mixed {
              final ExecutorService threads = Executors.newCachedThreadPool();
              final Semaphore permits = new Semaphore(1);
              final Lock lock = new ReentrantLock();
              Condition notFull;

              TimeUnit unit(ReentrantReadWriteLock.WriteLock lock) {
                notFull = lock.newCondition();
                return TimeUnit.DAYS;
              }
            }
            """);
    assertThat(migrated)
        .contains("import io.pawl.Semaphore;\n", "import io.pawl.locks.ReentrantLock;\n")
        .doesNotContain("java.util.concurrent.Semaphore");
    Path classes = Files.createDirectory(directory.resolve("classes"));
    Compiled.into(classes, List.of(Children.pawl()), migrated);
    assertThat(Compiled.classFiles(classes)).containsOnlyKeys("Mixed");
  }

  @Test
  void lockSupportHasARecipeOfItsOwn() throws IOException {
    assertThat(
            migrated(
                "io.pawl.UsePawlLockSupport",
                """
                import java.util.concurrent.Semaphore;
                import java.util.concurrent.locks.LockSupport;

                class Parked {
                  Semaphore permits = new Semaphore(1);

                  void park() {
                    LockSupport.park(this);
                  }
                }
                """))
        .isEqualTo(
            """
            import io.pawl.locks.LockSupport;

            import java.util.concurrent.Semaphore;

            class Parked {
              Semaphore permits = new Semaphore(1);

              void park() {
                LockSupport.park(this);
              }
            }
            """);
  }

  @Test
  void bothRecipesAreWellFormed() throws IOException {
    Environment environment = environment();
    assertThat(environment.listRecipes())
        .extracting(Recipe::getName)
        .containsExactlyInAnyOrder("io.pawl.UsePawlLocks", "io.pawl.UsePawlLockSupport");
    for (Recipe recipe : environment.listRecipes()) {
      assertThat(recipe.validate().isValid()).isTrue();
    }
  }

  private static String migrated(String recipe, String source) throws IOException {
    ExecutionContext context =
        new InMemoryExecutionContext(failure -> {
          throw new AssertionError(failure);
        });
    List<SourceFile> parsed = JavaParser.fromJavaVersion().build().parse(context, source).toList();
    List<Result> results =
        environment()
            .activateRecipes(recipe)
            .run(new InMemoryLargeSourceSet(parsed), context)
            .getChangeset()
            .getAllResults();
    assertThat(results).hasSize(1);
    return Objects.requireNonNull(results.getFirst().getAfter()).printAll();
  }

  private static Environment environment() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            RecipeTest.class.getClassLoader().getResourceAsStream(RECIPES.toString()))) {
      return Environment.builder()
          .load(new YamlResourceLoader(in, RECIPES, new Properties()))
          .build();
    }
  }
}
