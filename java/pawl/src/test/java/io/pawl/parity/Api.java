package io.pawl.parity;

import static java.util.stream.Collectors.joining;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericDeclaration;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What callers and subclasses see of a class: itself, its public supertypes and all public and
 * protected members, own and inherited, in terms of the JDK's names.
 */
final class Api {

  /**
   * One part.
   *
   * @param shape modifiers, type parameters and checked exceptions
   * @param result the type of a method or field, as text
   * @param raw the same type
   */
  private record Part(String shape, String result, Class<?> raw) {

    /** Whether no caller or subclass can tell this from the JDK's part, which it replaces. */
    boolean replaces(Part part) {
      return shape.equals(part.shape) && (result.equals(part.result) || narrows(part));
    }

    private boolean narrows(Part part) {
      return part.raw.getTypeParameters().length == 0
          && part.raw.isAssignableFrom(DropIn.inTermsOfTheJdk(raw));
    }

    @Override
    public String toString() {
      return (shape + " " + result).strip();
    }
  }

  private final Map<String, Part> parts = new TreeMap<>();

  private Api(Class<?> type) {
    add("", shape(type, type.getModifiers(), typeParameters(type)));
    for (Constructor<?> made : type.getDeclaredConstructors()) {
      if (isSeen(made.getModifiers()) && !made.isSynthetic()) {
        add("new" + parameters(made), shape(type, made.getModifiers(), rest(made)));
      }
    }
    addMembers(type);
    for (Class<?> nested : type.getDeclaredClasses()) {
      if (isSeen(nested.getModifiers())) {
        add("class " + nested.getSimpleName(), text(nested));
      }
    }
    addSupertypes(type);
  }

  /**
   * Compares a class with the one that it is to replace.
   *
   * @return one line for each difference: {@code missing}, {@code extra} or {@code differs}
   */
  static SortedSet<String> differences(Class<?> jdk, Class<?> pawl) {
    Map<String, Part> expected = new Api(jdk).parts;
    Map<String, Part> actual = new Api(pawl).parts;
    SortedSet<String> lines = new TreeSet<>();
    expected.forEach((key, part) -> {
      Part other = actual.get(key);
      if (other == null) {
        boolean _ = lines.add("missing: " + key);
      } else if (!other.replaces(part)) {
        boolean _ = lines.add("differs: " + key + ": " + other + ", not " + part);
      }
    });
    actual.keySet().stream()
        .filter(key -> !expected.containsKey(key))
        .forEach(key -> lines.add("extra: " + key));
    return lines;
  }

  /** Own members first, so that what overrides is taken and what is overridden is not. */
  private void addMembers(Class<?> type) {
    for (Class<?> c = type; c != null; c = c.getSuperclass()) {
      for (Method method : c.getDeclaredMethods()) {
        if (isSeen(method.getModifiers()) && !method.isSynthetic()) {
          add(
              method.getName() + parameters(method),
              shape(c, method.getModifiers(), rest(method)),
              method.getGenericReturnType(),
              method.getReturnType());
        }
      }
      for (Field field : c.getDeclaredFields()) {
        if (isSeen(field.getModifiers()) && !field.isSynthetic()) {
          add(
              field.getName(),
              shape(c, field.getModifiers(), ""),
              field.getGenericType(),
              field.getType());
        }
      }
    }
    addInherited(type);
  }

  private void addInherited(Class<?> type) {
    supertypes(type)
        .filter(Class::isInterface)
        .flatMap(each -> Arrays.stream(each.getDeclaredMethods()))
        .filter(method ->
            isSeen(method.getModifiers())
                && !method.isSynthetic()
                && !Modifier.isStatic(method.getModifiers()))
        .forEach(method ->
            add(
                method.getName() + parameters(method),
                shape(type, method.getModifiers(), rest(method)),
                method.getGenericReturnType(),
                method.getReturnType()));
  }

  private void addSupertypes(Class<?> type) {
    supertypes(type)
        .filter(each -> Modifier.isPublic(each.getModifiers()))
        .forEach(each -> add("is " + text(each), ""));
  }

  private static Stream<Class<?>> supertypes(Class<?> type) {
    Class<?> superclass = type.getSuperclass();
    return Stream.concat(Stream.ofNullable(superclass), Arrays.stream(type.getInterfaces()))
        .flatMap(each -> Stream.concat(Stream.of(each), supertypes(each)));
  }

  private void add(String key, String shape) {
    Part _ = parts.putIfAbsent(key, new Part(shape, "", void.class));
  }

  private void add(String key, String shape, Type result, Class<?> raw) {
    Part _ = parts.putIfAbsent(key, new Part(shape, text(result), raw));
  }

  private static boolean isSeen(int modifiers) {
    return (modifiers & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
  }

  /** No method of a final class can be overridden, declared final or not. */
  private static String shape(Class<?> type, int modifiers, String rest) {
    int seen =
        Modifier.PUBLIC
            | Modifier.PROTECTED
            | Modifier.STATIC
            | Modifier.ABSTRACT
            | Modifier.FINAL
            | Modifier.INTERFACE;
    int implied = Modifier.isFinal(type.getModifiers()) ? Modifier.FINAL : 0;
    return (Modifier.toString((modifiers & seen) | implied) + " " + rest).strip();
  }

  private static String rest(Executable member) {
    String thrown =
        Arrays.stream(member.getExceptionTypes())
            .filter(each ->
                !RuntimeException.class.isAssignableFrom(each)
                    && !Error.class.isAssignableFrom(each))
            .map(Api::text)
            .sorted()
            .collect(joining(", "));
    return typeParameters(member) + (thrown.isEmpty() ? "" : "throws " + thrown);
  }

  private static String typeParameters(GenericDeclaration declaration) {
    String text =
        Arrays.stream(declaration.getTypeParameters())
            .map(each ->
                each
                    + " extends "
                    + Arrays.stream(each.getBounds()).map(Api::text).collect(joining(" & ")))
            .collect(joining(", "));
    return text.isEmpty() ? "" : "<" + text + ">";
  }

  private static String parameters(Executable member) {
    return Arrays.stream(member.getGenericParameterTypes())
        .map(Api::text)
        .collect(joining(", ", "(", ")"));
  }

  private static String text(Type type) {
    return DropIn.inTermsOfTheJdk(type.getTypeName());
  }
}
