package io.pawl.stress.delay;

import io.pawl.stress.Rewriting;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * What is changed in classes of the library. The changed classes go into a directory, which comes
 * before the library on the class path of a JVM.
 */
enum Patch {
  /** Delays before and after each fence between a release and a sleeper. */
  DELAYED,

  /** A delay before a waiter is put into its queue, and before it is counted there. */
  SLOW_ARRIVAL,

  /** An unlock looks for waiters before it frees the lock, and not after it. */
  EARLY_LOOK;

  private static final String FENCES = "io/pawl/internal/fence/Fences";
  private static final String FENCED_QUEUE = "io/pawl/internal/queue/FencedQueue";
  private static final String WAIT_QUEUE = "io/pawl/internal/queue/WaitQueue";
  private static final String OWNED_LOCK = "io/pawl/locks/OwnedLock";
  private static final String DELAY = Delay.class.getName().replace('.', '/');

  /** Writes the changed classes; returns their directory. */
  Path write() throws IOException {
    Path directory = Path.of("target", "patched", name()).toAbsolutePath();
    switch (this) {
      case DELAYED -> {
        change(directory, FENCES, Set.of("light", "heavy"));
        change(directory, FENCED_QUEUE, Set.of("fence"));
      }
      case SLOW_ARRIVAL -> change(directory, WAIT_QUEUE, Set.of("list", "announce"));
      case EARLY_LOOK -> change(directory, OWNED_LOCK, Set.of("replace"));
    }
    return directory;
  }

  private void change(Path directory, String type, Set<String> methods) throws IOException {
    Path file = directory.resolve(type + ".class");
    var _ = Files.createDirectories(Objects.requireNonNull(file.getParent()));
    try (InputStream original = Patch.class.getResourceAsStream("/" + type + ".class")) {
      var _ = Files.write(file, changed(Objects.requireNonNull(original).readAllBytes(), methods));
    }
  }

  private byte[] changed(byte[] original, Set<String> methods) {
    Set<String> left = new HashSet<>(methods);
    byte[] changed =
        Rewriting.methods(original, (name, to) -> left.remove(name) ? changed(to) : to);
    if (!left.isEmpty()) {
      throw new AssertionError("The library has no such methods: " + left);
    }
    return changed;
  }

  private MethodVisitor changed(MethodVisitor to) {
    return switch (this) {
      case DELAYED, SLOW_ARRIVAL -> new Delayed(to);
      case EARLY_LOOK -> new EarlyLook(to);
    };
  }

  private static void delay(MethodVisitor to) {
    to.visitMethodInsn(Opcodes.INVOKESTATIC, DELAY, "delay", "()V", false);
  }

  private static final class Delayed extends MethodVisitor {

    Delayed(MethodVisitor to) {
      super(Opcodes.ASM9, to);
    }

    @Override
    public void visitCode() {
      super.visitCode();
      delay(this);
    }

    @Override
    public void visitInsn(int opcode) {
      if (opcode == Opcodes.RETURN) {
        delay(this);
      }
      super.visitInsn(opcode);
    }
  }

  private static final class EarlyLook extends MethodVisitor {

    EarlyLook(MethodVisitor to) {
      super(Opcodes.ASM9, to);
    }

    @Override
    public void visitCode() {
      super.visitCode();
      visitVarInsn(Opcodes.ALOAD, 0);
      super.visitMethodInsn(Opcodes.INVOKEVIRTUAL, OWNED_LOCK, "wakeNext", "()V", false);
      delay(this);
    }

    @Override
    public void visitMethodInsn(
        int opcode, String owner, String name, String descriptor, boolean isInterface) {
      if (name.equals("wakeNext")) {
        visitInsn(Opcodes.POP);
      } else {
        super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
      }
    }
  }
}
