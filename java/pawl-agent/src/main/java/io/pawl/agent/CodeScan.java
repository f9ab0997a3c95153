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
  private boolean casts;
  private boolean looksUpFields;
  private boolean literalAtLarge;

  /** Whether the class literal of a drop-in is on its way to the next call. */
  private boolean literalPending;

  private CodeScan() {}

  static CodeScan of(CodeModel code) {
    CodeScan scan = new CodeScan();
    for (CodeElement element : code) {
      scan.read(element);
    }
    scan.literalAtLarge |= scan.literalPending;
    return scan;
  }

  /** True when an object is cast to a drop-in, or asked whether it is one. */
  boolean casts() {
    return casts;
  }

  /** True when the class literal of a drop-in is the type of a field that is looked up. */
  boolean looksUpFields() {
    return looksUpFields;
  }

  /** True when the class literal of a drop-in is used for anything else. */
  boolean literalAtLarge() {
    return literalAtLarge;
  }

  /** All classes with a literal that are not drop-ins. */
  Set<String> literals() {
    return literals;
  }

  private void read(CodeElement element) {
    switch (element) {
      case TypeCheckInstruction check -> casts |= FactsReader.isDropIn(check.type());
      case LoadConstantInstruction load when load.constantEntry() instanceof ClassEntry type -> {
        if (FactsReader.isDropIn(type)) {
          literalPending = true;
        } else {
          literals.add(type.asInternalName());
        }
      }
      case InvokeInstruction call when literalPending -> {
        literalPending = false;
        if (isFieldLookup(call.owner().asInternalName(), call.name().stringValue())) {
          looksUpFields = true;
        } else {
          literalAtLarge = true;
        }
      }
      default -> {}
    }
  }

  private static boolean isFieldLookup(String owner, String method) {
    return (owner.equals("java/util/concurrent/atomic/AtomicReferenceFieldUpdater")
            && method.equals("newUpdater"))
        || (owner.equals("java/lang/invoke/MethodHandles$Lookup")
            && (method.equals("findVarHandle") || method.equals("findStaticVarHandle")));
  }
}
