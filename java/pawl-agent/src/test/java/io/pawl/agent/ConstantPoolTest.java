package io.pawl.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pawl.kit.Limit;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Limit(60)
class ConstantPoolTest {
  @TempDir Path directory;

  @Test
  void namesAreThoseOfTheClassFile() {
    for (byte[] classFile :
        compiled(
                "package a; abstract class Gr\u00f6\u00dfe implements Runnable, Cloneable {"
                    + " long l = 1L << 40; double d = 1e100; Runnable r = () -> {}; }",
                "package a; interface None {}",
                "package a; abstract class Sub extends Gr\u00f6\u00dfe {}")
            .values()) {
      ClassModel model = ClassFile.of().parse(classFile);
      List<String> supertypes = new ArrayList<>();
      model.superclass().ifPresent(type -> supertypes.add(type.asInternalName()));
      model.interfaces().forEach(type -> supertypes.add(type.asInternalName()));
      ConstantPool pool = new ConstantPool(classFile);
      assertThat(pool.thisClass()).isEqualTo(model.thisClass().asInternalName());
      assertThat(pool.supertypes()).isEqualTo(supertypes);
    }
  }

  @Test
  void mentionIsFoundAloneAndWithinATextAndNowhereElse() {
    Map<String, byte[]> classFiles =
        compiled(
            "class Alone { Object o = new java.util.concurrent.Semaphore(1); }",
            "class Within { int f(int i, java.util.concurrent.locks.Lock l) { return i; } }",
            "class Generic { java.util.List<java.util.concurrent.Phaser> l; }",
            "class Neighbour { java.util.concurrent.ConcurrentMap<?, ?> m; }",
            "class Text { String s = \"see java/util/concurrent/Phaser\"; }",
            "class Cut { String s = \"Ljava/util/concurrent\"; }");
    assertThat(mayMention(classFiles, "Alone")).isTrue();
    assertThat(mayMention(classFiles, "Within")).isTrue();
    assertThat(mayMention(classFiles, "Generic")).isTrue();
    assertThat(mayMention(classFiles, "Neighbour")).isFalse();
    assertThat(mayMention(classFiles, "Text")).isFalse();
    assertThat(mayMention(classFiles, "Cut")).isFalse();
  }

  @Test
  void noMoreIsReadThanThePoolAndTheSupertypes() throws IOException {
    StringBuilder methods = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      methods.append("int f").append(i).append("(int i) { return i * i * i * i * i * i; }");
    }
    byte[] classFile =
        compiled("package a; abstract class Long implements Runnable {" + methods + "}")
            .get("a/Long");
    ByteArrayInputStream in = new ByteArrayInputStream(Objects.requireNonNull(classFile));
    ClassBytes bytes = new ClassBytes(in);
    ConstantPool pool = ConstantPool.of(bytes);
    assertThat(pool.thisClass()).isEqualTo("a/Long");
    assertThat(pool.supertypes()).containsExactly("java/lang/Object", "java/lang/Runnable");
    assertThat(pool.mayMention()).isFalse();
    assertThat(in.available()).isGreaterThan(classFile.length / 2);
    assertThat(bytes.whole()).isEqualTo(classFile);
  }

  @Test
  void fileThatIsCutIsRefused() {
    byte[] classFile =
        compiled("package a; class Whole implements Runnable { public void run() {} }")
            .get("a/Whole");
    int head = new ConstantPool(Objects.requireNonNull(classFile)).end() + 10;
    for (int length = 0; length < head; length++) {
      InputStream cut = new ByteArrayInputStream(classFile, 0, length);
      assertThatThrownBy(() -> ConstantPool.of(new ClassBytes(cut)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void otherFilesAreRefused() {
    assertThatThrownBy(() -> new ConstantPool("no class file".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static boolean mayMention(Map<String, byte[]> classFiles, String name) {
    return new ConstantPool(Objects.requireNonNull(classFiles.get(name))).mayMention();
  }

  private Map<String, byte[]> compiled(String... units) {
    return Compiled.classFiles(Compiled.into(directory, List.of(), units));
  }
}
