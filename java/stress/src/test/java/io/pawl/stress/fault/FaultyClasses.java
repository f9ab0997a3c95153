package io.pawl.stress.fault;

import io.pawl.Pawl;
import io.pawl.stress.Rewriting;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Writes the library, its classes with a point of {@link Faults} before each allocation, of its own
 * and, as far as its calls tell, of the JDK on its behalf; and before and after each call that
 * waits, wakes, requeues or executes the process-wide barrier. Class initializers have none: a
 * class whose initialization has failed is lost, whatever it does.
 */
final class FaultyClasses {

  private static final String FAULTS = Faults.class.getName().replace('.', '/');
  private static final String MODULE = "module-info.class";
  private static final String NATIVE_WAIT = "io/pawl/spi/NativeWait";
  private static final String LOCK_SUPPORT = "java/util/concurrent/locks/LockSupport";
  private static final String THREAD = "java/lang/Thread";
  private static final String ARENA = "java/lang/foreign/Arena";

  /** The class whose parks are waits of a thread for another. */
  private static final String PARKER = "io/pawl/internal/park/LockSupportParker";

  /**
   * The class whose parks are pauses. They fail when they are over: a virtual thread that can't
   * sleep yields, and one that only yields may be all that its carrier ever runs, whoever else is
   * to be run.
   */
  private static final String SPINNER = "io/pawl/locks/SpinLock";

  /** The class whose thread may be refused as a whole. */
  private static final String RESCUER = "io/pawl/internal/park/Rescuer";

  private static final String STACK_ROOM = "io/pawl/internal/queue/StackRoom";

  /** The point at the calls of {@link #NATIVE_WAIT}. */
  private static final Map<String, String> NATIVE_CALLS =
      Map.of("await", "await", "wake", "wake", "requeue", "requeue", "barrier", "barrier");

  /** The point at the calls of {@link #LOCK_SUPPORT}. */
  private static final Map<String, String> PARKS =
      Map.of("park", "await", "parkNanos", "await", "parkUntil", "await");

  /** Calls of the JDK that may allocate: where, and how their names begin. */
  private static final List<String> JDK_PACKAGES = List.of("java/util/", "java/lang/");

  private static final Set<String> ALLOCATING =
      Set.of(
          "add",
          "addAll",
          "addFirst",
          "addLast",
          "append",
          "clone",
          "computeIfAbsent",
          "concat",
          "copyOf",
          "copyOfRange",
          "iterator",
          "listIterator",
          "managedBlock",
          "merge",
          "of",
          "ofAuto",
          "ofConfined",
          "ofShared",
          "offer",
          "push",
          "put",
          "putIfAbsent",
          "register",
          "start",
          "stream",
          "toArray",
          "toList",
          "valueOf",
          "allocate");

  private FaultyClasses() {}

  /**
   * Writes the classes.
   *
   * @param directory where to
   * @return the directory
   */
  static Path write(Path directory) throws IOException {
    try {
      Path library =
          Path.of(Pawl.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isDirectory(library)) {
        write(library, directory);
      } else {
        try (FileSystem jar = FileSystems.newFileSystem(library)) {
          write(jar.getPath("/"), directory);
        }
      }
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
    return directory;
  }

  private static void write(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        var _ = Files.createDirectories(Objects.requireNonNull(target.getParent()));
        byte[] content = Files.readAllBytes(file);
        boolean hasCode = target.toString().endsWith(".class") && !target.endsWith(MODULE);
        var _ = Files.write(target, hasCode ? patched(content) : content);
      }
    }
  }

  private static byte[] patched(byte[] original) {
    String type = new ClassReader(original).getClassName();
    return Rewriting.methods(
        original, (name, to) -> name.equals("<clinit>") ? to : new Points(to, type, name));
  }

  /** Puts the points into one method. */
  private static final class Points extends MethodVisitor {
    private final String type;
    private final boolean asksForRoom;

    Points(MethodVisitor to, String type, String method) {
      super(Opcodes.ASM9, to);
      this.type = type;
      this.asksForRoom = type.equals(STACK_ROOM) && method.startsWith("for");
    }

    private void point(String name) {
      super.visitMethodInsn(Opcodes.INVOKESTATIC, FAULTS, name, "()V", false);
    }

    @Override
    public void visitCode() {
      super.visitCode();
      if (asksForRoom) {
        point("room");
      }
    }

    @Override
    public void visitTypeInsn(int opcode, String type) {
      if (opcode == Opcodes.ANEWARRAY) {
        point("allocation");
      }
      super.visitTypeInsn(opcode, type);
      // Frames name the place of this instruction, which must not move away from its label.
      if (opcode == Opcodes.NEW) {
        point("allocation");
      }
    }

    @Override
    public void visitIntInsn(int opcode, int operand) {
      if (opcode == Opcodes.NEWARRAY) {
        point("allocation");
      }
      super.visitIntInsn(opcode, operand);
    }

    @Override
    public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
      point("allocation");
      super.visitMultiANewArrayInsn(descriptor, dimensions);
    }

    @Override
    public void visitInvokeDynamicInsn(
        String name, String descriptor, Handle bootstrap, Object... arguments) {
      point("allocation");
      super.visitInvokeDynamicInsn(name, descriptor, bootstrap, arguments);
    }

    @Override
    public void visitMethodInsn(
        int opcode, String owner, String name, String descriptor, boolean isInterface) {
      String call = call(owner, name);
      if (call != null && !type.equals(SPINNER)) {
        point(call);
      } else if (type.equals(RESCUER) && owner.equals(THREAD) && name.equals("start")) {
        point("rescue");
      } else if (allocates(owner, name)) {
        point("allocation");
      }
      super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
      if (call != null) {
        point(call);
      }
    }

    private @Nullable String call(String owner, String name) {
      return switch (owner) {
        case NATIVE_WAIT -> NATIVE_CALLS.get(name);
        case LOCK_SUPPORT -> type.equals(PARKER) || type.equals(SPINNER) ? PARKS.get(name) : null;
        default -> null;
      };
    }

    private static boolean allocates(String owner, String name) {
      return (JDK_PACKAGES.stream().anyMatch(owner::startsWith) && ALLOCATING.contains(name))
          || (owner.equals(ARENA) && name.equals("close"));
    }
  }
}
