package io.pawl.agent;

import io.pawl.agent.Facts.Member;
import io.pawl.agent.Facts.Use;
import java.io.IOException;
import java.lang.classfile.AttributedElement;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.InvokeDynamicEntry;
import java.lang.classfile.constantpool.LoadableConstantEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.MethodTypeEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@link Facts} from a class file. Loads no class. */
final class FactsReader {
  private static final Pattern TYPE_IN_TEXT = Pattern.compile("L([^;<>.:\\[()]+)[;<]");

  private final ClassModel model;
  private final Map<Member, Boolean> carriers = new HashMap<>();
  private final Map<Member, Boolean> lockCarriers = new HashMap<>();
  private final Set<Use> uses = new LinkedHashSet<>();
  private final Set<String> types = new LinkedHashSet<>();
  private final Set<String> literals = new LinkedHashSet<>();
  private boolean mentions;
  private boolean passesLocks;
  private final Set<String> casts = new LinkedHashSet<>();
  private final Set<String> literalsAtLarge = new LinkedHashSet<>();
  private final Set<String> annotated = new LinkedHashSet<>();
  private boolean looksUp;
  private @Nullable String obstacle;

  private FactsReader(ClassModel model) {
    this.model = model;
  }

  /**
   * Reads.
   *
   * @throws IllegalArgumentException when this is no class file, or one of a later release
   */
  static Facts read(byte[] classFile) {
    try {
      return read(new ClassBytes(classFile));
    } catch (IOException e) {
      throw new AssertionError("nothing is left to be read", e);
    }
  }

  /**
   * Reads, and no further than the constant pool in a class that has nothing to do with locks.
   *
   * @throws IllegalArgumentException when this is no class file, or one of a later release
   */
  static Facts read(ClassBytes file) throws IOException {
    ConstantPool pool = ConstantPool.of(file);
    if (pool.u2(6) > ClassFile.latestMajorVersion()) {
      throw new IllegalArgumentException("it is of version " + pool.u2(6));
    }
    if (!pool.mayMention()) {
      return Facts.withoutMention(pool.thisClass(), pool.supertypes());
    }
    FactsReader reader = new FactsReader(ClassFile.of().parse(file.whole()));
    reader.readPool();
    if (!reader.mentions && !reader.passesLocks) {
      return Facts.withoutMention(pool.thisClass(), pool.supertypes());
    }
    reader.readMembers();
    return reader.facts();
  }

  private Facts facts() {
    return new Facts(
        model.thisClass().asInternalName(),
        supertypes(),
        mentions,
        standsForDropIn(),
        standsForLock(),
        carriers,
        lockCarriers,
        uses,
        types,
        looksUp ? literals : Set.of(),
        casts,
        literalsAtLarge,
        annotated,
        obstacle);
  }

  private List<String> supertypes() {
    List<String> names = new ArrayList<>();
    model.superclass().ifPresent(entry -> names.add(entry.asInternalName()));
    for (ClassEntry entry : model.interfaces()) {
      names.add(entry.asInternalName());
    }
    return List.copyOf(names);
  }

  private boolean standsForDropIn() {
    for (String supertype : supertypes()) {
      if (supertype.equals(DropIns.STAMPED_LOCK)) {
        obstruct("it extends StampedLock, the type of whose views differs");
      }
      if (DropIns.isDropIn(supertype)) {
        return true;
      }
    }
    String signature = signature(model);
    return signature != null && DropIns.mentionedIn(signature);
  }

  private boolean standsForLock() {
    String signature = signature(model);
    return supertypes().contains("java/util/concurrent/locks/ReadWriteLock")
        || (signature != null && Facts.passesLock(signature));
  }

  private void readPool() {
    for (PoolEntry entry : model.constantPool()) {
      switch (entry) {
        case Utf8Entry text -> readText(text.stringValue());
        case ClassEntry type -> types.add(type.asInternalName());
        case StringEntry string -> readString(string.stringValue());
        case MemberRefEntry use -> readUse(use);
        case InvokeDynamicEntry call -> readCall(call);
        default -> {}
      }
    }
  }

  private void readText(String text) {
    mentions |= DropIns.mentionedIn(text);
    passesLocks |=
        Facts.passesLock(text) || text.equals("java/util/concurrent/locks/ReadWriteLock");
    if (DropIns.pawlMentionedIn(text)) {
      obstruct("it uses the same class of Pawl already");
    }
    Matcher matcher = TYPE_IN_TEXT.matcher(text);
    while (matcher.find()) {
      types.add(matcher.group(1));
    }
  }

  private void readString(String string) {
    String name = DropIns.firstIn(string.replace('.', '/'));
    name = name == null ? DropIns.firstIn(string) : name;
    if (name != null) {
      casts.add(name);
      literalsAtLarge.add(name);
      obstruct("it has the name of a JDK lock in a string");
    }
  }

  private void readUse(MemberRefEntry use) {
    String owner = use.owner().asInternalName();
    if (!owner.startsWith("java/") && !owner.startsWith("[")) {
      uses.add(new Use(owner, new Member(use.name().stringValue(), use.type().stringValue())));
    }
  }

  /** A lambda expression implements a method that its class file does not refer to otherwise. */
  private void readCall(InvokeDynamicEntry call) {
    String factory = call.bootstrap().bootstrapMethod().reference().owner().asInternalName();
    List<LoadableConstantEntry> arguments = call.bootstrap().arguments();
    if (factory.equals("java/lang/invoke/LambdaMetafactory")
        && arguments.getFirst() instanceof MethodTypeEntry erased) {
      String descriptor = call.type().stringValue();
      String result = descriptor.substring(descriptor.lastIndexOf(')') + 1);
      // Anything else is an error that the call ends with.
      String type = result.startsWith("L") ? result.substring(1, result.length() - 1) : "java/";
      if (!type.startsWith("java/")) {
        uses.add(
            new Use(
                type, new Member(call.name().stringValue(), erased.descriptor().stringValue())));
      }
    }
    for (LoadableConstantEntry argument : arguments) {
      // A label of a switch over patterns.
      String label =
          argument instanceof ClassEntry type ? DropIns.firstIn(type.asInternalName()) : null;
      if (label != null) {
        casts.add(label);
      }
    }
  }

  private void readMembers() {
    for (FieldModel field : model.fields()) {
      addIfCarrier(field, field.fieldName(), field.fieldType(), false);
    }
    for (MethodModel method : model.methods()) {
      boolean overrides =
          !method.flags().has(AccessFlag.STATIC)
              && !method.flags().has(AccessFlag.PRIVATE)
              && method.methodName().stringValue().charAt(0) != '<';
      boolean carrier = addIfCarrier(method, method.methodName(), method.methodType(), overrides);
      if (carrier && method.flags().has(AccessFlag.NATIVE)) {
        obstruct("its native method " + method.methodName().stringValue() + " takes a JDK lock");
      }
      readCode(method);
    }
  }

  private boolean addIfCarrier(
      AttributedElement element, Utf8Entry name, Utf8Entry descriptor, boolean overrides) {
    String signature = signature(element);
    boolean carrier =
        DropIns.mentionedIn(descriptor.stringValue())
            || (signature != null && DropIns.mentionedIn(signature));
    Member member = new Member(name.stringValue(), descriptor.stringValue());
    if (carrier) {
      carriers.put(member, overrides);
      if (isAnnotated(element)) {
        addDropIns(descriptor.stringValue() + (signature == null ? "" : signature));
      }
    }
    if (member.passesLock() || (signature != null && Facts.passesLock(signature))) {
      lockCarriers.put(member, overrides);
    }
    return carrier;
  }

  private void readCode(MethodModel method) {
    method
        .code()
        .ifPresent(code -> {
          CodeScan scan = CodeScan.of(code);
          casts.addAll(scan.casts());
          literals.addAll(scan.literals());
          looksUp |= !scan.literalsAtLarge().isEmpty() || scan.looksUpFields();
          if (!scan.literalsAtLarge().isEmpty()) {
            casts.addAll(scan.literalsAtLarge());
            literalsAtLarge.addAll(scan.literalsAtLarge());
            obstruct("it has a class literal of a JDK lock, which may be used for reflection");
          }
        });
  }

  private static boolean isAnnotated(AttributedElement element) {
    return element.findAttribute(Attributes.runtimeVisibleAnnotations()).isPresent()
        || element.findAttribute(Attributes.runtimeVisibleParameterAnnotations()).isPresent();
  }

  private void addDropIns(String types) {
    for (String name : DropIns.NAMES) {
      if (types.contains("L" + name + ";") || types.contains("L" + name + "<")) {
        annotated.add(name);
      }
    }
  }

  private void obstruct(String reason) {
    if (obstacle == null) {
      obstacle = reason;
    }
  }

  static boolean isDropIn(ClassEntry type) {
    return DropIns.mentionedIn(type.asInternalName());
  }

  private static @Nullable String signature(AttributedElement element) {
    return element
        .findAttribute(Attributes.signature())
        .map(attribute -> attribute.signature().stringValue())
        .orElse(null);
  }
}
