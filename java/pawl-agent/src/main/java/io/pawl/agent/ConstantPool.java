package io.pawl.agent;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The constant pool of a class file, and the names that follow it, read where they lie. */
final class ConstantPool {
  static final int UTF8 = 1;
  static final int CLASS = 7;
  static final int METHOD_REF = 10;

  private static final int START = 10;

  /** The size of the smallest entry. */
  private static final int SMALLEST = 3;

  /** As much of the file as has been read. */
  private final byte[] classFile;

  /** The position of each entry; 0 for an index that is not in use. */
  private final int[] positions;

  private final int end;

  /**
   * Finds the entries.
   *
   * @throws RuntimeException when this is no class file
   */
  ConstantPool(byte[] classFile) {
    this(classFile, findEntries(classFile));
  }

  private ConstantPool(byte[] classFile, int[] found) {
    this.classFile = classFile;
    end = found[0];
    found[0] = 0;
    positions = found;
  }

  /**
   * Reads a class file as far as the names of its supertypes, and finds the entries.
   *
   * @throws RuntimeException when this is no class file
   */
  static ConstantPool of(ClassBytes file) throws IOException {
    int[] found = findEntries(file);
    int interfaces = u2(file.upTo(found[0] + 8), found[0] + 6);
    return new ConstantPool(file.upTo(found[0] + 8 + 2 * interfaces), found);
  }

  private static int[] findEntries(byte[] classFile) {
    try {
      return findEntries(new ClassBytes(classFile));
    } catch (IOException e) {
      throw new AssertionError("nothing is left to be read", e);
    }
  }

  /** The position of each entry, and in the place of the first, that behind the last. */
  private static int[] findEntries(ClassBytes file) throws IOException {
    byte[] bytes = file.upTo(START);
    if (u2(bytes, 0) != 0xCAFE || u2(bytes, 2) != 0xBABE) {
      throw new IllegalArgumentException("it does not begin as a class file does");
    }
    int[] positions = new int[Math.max(1, u2(bytes, 8))];
    int position = START;
    for (int index = 1; index < positions.length; index++) {
      positions[index] = position;
      bytes = file.upTo(position + SMALLEST);
      int tag = bytes[position];
      position += size(bytes, position);
      if (tag == 5 || tag == 6) {
        index++;
      }
    }
    file.upTo(position);
    positions[0] = position;
    return positions;
  }

  /** The number of indices. */
  int count() {
    return positions.length;
  }

  /** The position of an entry; 0 for an index that is not in use. */
  int position(int index) {
    return positions[index];
  }

  int tag(int position) {
    return classFile[position];
  }

  /** The position behind the last entry. */
  int end() {
    return end;
  }

  /** The size of the entry at a position. */
  int size(int position) {
    return size(classFile, position);
  }

  private static int size(byte[] classFile, int position) {
    int tag = classFile[position];
    return switch (tag) {
      case UTF8 -> 3 + u2(classFile, position + 1);
      case 5, 6 -> 9;
      case 3, 4, 9, METHOD_REF, 11, 12, 17, 18 -> 5;
      case 15 -> 4;
      case CLASS, 8, 16, 19, 20 -> 3;
      default -> throw new IllegalArgumentException("its constant pool has an entry of tag " + tag);
    };
  }

  /** The text of an entry, a character for each byte: what is renamed is ASCII. */
  String bytesOf(int position) {
    return new String(classFile, position + 3, u2(position + 1), StandardCharsets.ISO_8859_1);
  }

  int u2(int position) {
    return u2(classFile, position);
  }

  private static int u2(byte[] classFile, int position) {
    return ((classFile[position] & 0xFF) << 8) | (classFile[position + 1] & 0xFF);
  }

  /** True unless no text can mention a drop-in or an interface of locks. */
  boolean mayMention() {
    for (int position : positions) {
      if (position != 0
          && classFile[position] == UTF8
          && DropIns.maybeIn(classFile, position + 3, position + size(position))) {
        return true;
      }
    }
    return false;
  }

  /** The internal name of the class. */
  String thisClass() {
    return className(u2(end + 2));
  }

  /** The internal names of the superclass and the interfaces. */
  List<String> supertypes() {
    List<String> names = new ArrayList<>();
    int superclass = u2(end + 4);
    if (superclass != 0) {
      names.add(className(superclass));
    }
    int interfaces = u2(end + 6);
    for (int i = 0; i < interfaces; i++) {
      names.add(className(u2(end + 8 + 2 * i)));
    }
    return List.copyOf(names);
  }

  private String className(int index) {
    int name = u2(positions[index] + 1);
    int position = positions[name];
    try {
      return new DataInputStream(
              new ByteArrayInputStream(classFile, position + 1, size(position) - 1))
          .readUTF();
    } catch (IOException e) {
      throw new IllegalArgumentException("it has a damaged name", e);
    }
  }
}
