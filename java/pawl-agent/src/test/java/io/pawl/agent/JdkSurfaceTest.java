package io.pawl.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.Limit;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.reflect.AccessFlag;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The analysis rests on this. */
@Limit(60)
class JdkSurfaceTest {

  @Test
  void noTypeOfTheJdkHasAMemberWithADropInButTheDropIns() throws IOException {
    Path modules = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("modules");
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(modules)) {
      for (Path file :
          files
              .filter(path -> path.getNameCount() > 3 && path.toString().endsWith(".class"))
              .toList()) {
        byte[] classFile = Files.readAllBytes(file);
        if (isExported(file) && new ConstantPool(classFile).mayMention()) {
          addMembers(ClassFile.of().parse(classFile), found);
        }
      }
    }
    assertThat(found).isEmpty();
  }

  /** A file is named modules, its module, its package and its class. */
  private static boolean isExported(Path file) {
    String packageName = file.subpath(2, file.getNameCount() - 1).toString().replace('/', '.');
    return ModuleLayer.boot()
        .findModule(file.getName(1).toString())
        .map(module -> module.isExported(packageName))
        .orElse(true);
  }

  private static void addMembers(ClassModel model, List<String> found) {
    String name = model.thisClass().asInternalName();
    if (!model.flags().has(AccessFlag.PUBLIC) || DropIns.isDropIn(name)) {
      return;
    }
    for (FieldModel field : model.fields()) {
      if (isOpen(field.flags().flags()) && DropIns.mentionedIn(field.fieldType().stringValue())) {
        found.add(name + "." + field.fieldName().stringValue());
      }
    }
    for (MethodModel method : model.methods()) {
      if (isOpen(method.flags().flags())
          && DropIns.mentionedIn(method.methodType().stringValue())) {
        found.add(name + "." + method.methodName().stringValue());
      }
    }
  }

  private static boolean isOpen(Set<AccessFlag> flags) {
    return flags.contains(AccessFlag.PUBLIC) || flags.contains(AccessFlag.PROTECTED);
  }
}
