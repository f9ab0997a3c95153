package io.pawl.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.Limit;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Limit(60)
class RenamingTest {
  @TempDir Path directory;

  @Test
  void nothingOfTheJdksLocksIsLeft() throws IOException {
    byte[] renamed =
        renamed(
            """
            import java.util.*;
            import java.util.concurrent.*;
            import java.util.concurrent.locks.*;
            class A<T extends Semaphore> extends ReentrantLock {
              private static final long serialVersionUID = 1L;
              Map<String, ReentrantReadWriteLock.ReadLock[][]> field = new HashMap<>();
              record Pair(CountDownLatch a, CyclicBarrier b) {}
              Object f(Object o, long big, double wide) {
                if (o instanceof Phaser p && p.register() > 0 && big == 0x123456789abcdefL) {
                  return (Runnable) () -> p.arrive();
                }
                return new Exchanger[1];
              }
            }
            """,
            "A");
    assertThat(new ConstantPool(renamed).mayMention()).isFalse();
    assertThat(ClassFile.of().parse(renamed).superclass().orElseThrow().asInternalName())
        .isEqualTo("io/pawl/locks/ReentrantLock");
  }

  @Test
  void renamedCodeRunsUnderTheVerifier() throws Exception {
    // Without a drop-in in it nothing changes, and all tags of the pool have been passed over.
    byte[] renamed =
        renamed(
            """
            public class A implements java.util.function.Supplier<String> {
              public String get() {
                java.util.function.IntFunction<String> f = i -> "\\u0000\\u20ac" + i + 5000000000L;
                return f.apply(1) + 2.5 + 1e10f;
              }
            }
            """,
            "A");
    ClassLoader loader =
        new ClassLoader() {
          @Override
          protected Class<?> findClass(String name) {
            return defineClass(name, renamed, 0, renamed.length);
          }
        };
    Object instance = loader.loadClass("A").getConstructor().newInstance();
    assertThat(((java.util.function.Supplier<?>) instance).get())
        .isEqualTo("\u0000\u20ac150000000002.51.0E10");
  }

  @Test
  void onlyTheViewsOfStampedLockGetPawlsTypes() throws IOException {
    byte[] renamed =
        renamed(
            """
            import java.util.concurrent.locks.*;
            class A {
              interface Other { Lock asReadLock(); }
              void f(StampedLock l, Other o) {
                l.asReadLock().lock();
                l.asWriteLock().lock();
                l.asReadWriteLock().readLock().lock();
                o.asReadLock().lock();
                l.readLock();
              }
            }
            """,
            "A");
    assertThat(references(renamed))
        .containsExactly(
            "A$Other.asReadLock()Ljava/util/concurrent/locks/Lock;",
            "io/pawl/locks/StampedLock.asReadLock()Lio/pawl/locks/Lock;",
            "io/pawl/locks/StampedLock.asReadWriteLock()Lio/pawl/locks/ReadWriteLock;",
            "io/pawl/locks/StampedLock.asWriteLock()Lio/pawl/locks/Lock;",
            "io/pawl/locks/StampedLock.readLock()J",
            "java/lang/Object.<init>()V",
            "java/util/concurrent/locks/Lock.lock()V",
            "java/util/concurrent/locks/ReadWriteLock.readLock()"
                + "Ljava/util/concurrent/locks/Lock;");
  }

  private static Set<String> references(byte[] classFile) {
    ClassModel model = ClassFile.of().parse(classFile);
    Set<String> references = new TreeSet<>();
    for (PoolEntry entry : model.constantPool()) {
      if (entry instanceof MemberRefEntry use) {
        references.add(
            use.owner().asInternalName()
                + "."
                + use.name().stringValue()
                + use.type().stringValue());
      }
    }
    return references;
  }

  private byte[] renamed(String unit, String name) throws IOException {
    Path classes = Files.createDirectory(directory.resolve("classes"));
    byte[] classFile =
        Compiled.classFiles(Compiled.into(classes, List.of(), unit))
            .getOrDefault(name, new byte[0]);
    return Renaming.apply(classFile);
  }
}
