package io.pawl.agent;

import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.ConstantInstruction.LoadConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.util.HashSet;
import java.util.Set;

/** What one method does with the types of drop-ins, other than using their instances. */
final class CodeScan {
  private final Set<String> literals = new HashSet<>();
  private final Set<String> casts = new HashSet<>();
  private boolean looksUpFields;
  private final Set<String> literalsAtLarge = new HashSet<>();

  /** The drop-ins whose class literals are on their way to the next call. */
  private final Set<String> pending = new HashSet<>();

  private CodeScan() {}

  static CodeScan of(CodeModel code) {
    CodeScan scan = new CodeScan();
    for (CodeElement element : code) {
      scan.read(element);
    }
    scan.literalsAtLarge.addAll(scan.pending);
    return scan;
  }

  /** The drop-ins that an object is cast to, or asked whether it is one. */
  Set<String> casts() {
    return casts;
  }

  /** True when the class literal of a drop-in is the type of a field that is looked up. */
  boolean looksUpFields() {
    return looksUpFields;
  }

  /** The drop-ins whose class literal is used for anything else. */
  Set<String> literalsAtLarge() {
    return literalsAtLarge;
  }

  /** All classes with a literal that are not drop-ins. */
  Set<String> literals() {
    return literals;
  }

  private void read(CodeElement element) {
    switch (element) {
      case TypeCheckInstruction check -> addDropIn(casts, check.type());
      case LoadConstantInstruction load when load.constantEntry() instanceof ClassEntry type -> {
        if (FactsReader.isDropIn(type)) {
          addDropIn(pending, type);
        } else {
          literals.add(type.asInternalName());
        }
      }
      case InvokeInstruction call when !pending.isEmpty() -> {
        if (isFieldLookup(call.owner().asInternalName(), call.name().stringValue())) {
          looksUpFields = true;
        } else {
          literalsAtLarge.addAll(pending);
        }
        pending.clear();
      }
      default -> {}
    }
  }

  private static void addDropIn(Set<String> names, ClassEntry type) {
    String name = DropIns.firstIn(type.asInternalName());
    if (name != null) {
      names.add(name);
    }
  }

  private static boolean isFieldLookup(String owner, String method) {
    return (owner.equals("java/util/concurrent/atomic/AtomicReferenceFieldUpdater")
            && method.equals("newUpdater"))
        || (owner.equals("java/lang/invoke/MethodHandles$Lookup")
            && (method.equals("findVarHandle") || method.equals("findStaticVarHandle")));
  }
}
