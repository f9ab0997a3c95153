package io.pawl.stress;

import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Changes the methods of a class. */
public final class Rewriting {

  private Rewriting() {}

  /**
   * Changes a class.
   *
   * @param original its class file
   * @param change what visits a method in the place of the visitor given, by the method's name
   * @return the class file of the changed class
   */
  public static byte[] methods(
      byte[] original, BiFunction<String, MethodVisitor, MethodVisitor> change) {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    ClassVisitor visitor =
        new ClassVisitor(Opcodes.ASM9, writer) {
          @Override
          public MethodVisitor visitMethod(
              int access,
              String name,
              String descriptor,
              @Nullable String signature,
              String @Nullable [] exceptions) {
            return change.apply(
                name, super.visitMethod(access, name, descriptor, signature, exceptions));
          }
        };
    new ClassReader(original).accept(visitor, 0);
    return writer.toByteArray();
  }
}
