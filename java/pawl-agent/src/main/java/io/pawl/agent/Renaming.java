package io.pawl.agent;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Gives a class file Pawl's names for the drop-ins that it mentions. */
final class Renaming {

  /*
   * Algorithm. A class file refers to types by texts in its constant pool only: names, descriptors
   * and signatures. The pool is copied with these texts renamed. All that follows it is copied as
   * it is, since no index changes. So code and stack maps stay as the compiler made them: each
   * drop-in has the place in the hierarchy that the JDK's class has, and no hierarchy need be
   * resolved. What code does with the drop-ins has been judged before, in Facts.
   *
   * StampedLock. Its views have no JDK type in Pawl, as asReadLock() there returns
   * io.pawl.locks.Lock, which extends the JDK's. A reference to such a method gets a descriptor of
   * its own at the end of the pool, as other methods may share the present one.
   */

  private static final int UTF8 = 1;
  private static final int CLASS = 7;
  private static final int METHOD_REF = 10;

  private final byte[] classFile;

  /** The position of each entry of the pool; 0 for an index that is not in use. */
  private final int[] positions;

  private final int end;
  private final ByteArrayOutputStream appended = new ByteArrayOutputStream();
  private int count;

  private Renaming(byte[] classFile) {
    this.classFile = classFile;
    count = u2(8);
    positions = new int[count];
    int position = 10;
    for (int index = 1; index < positions.length; index++) {
      positions[index] = position;
      int tag = classFile[position];
      position += size(tag, position);
      if (tag == 5 || tag == 6) {
        index++;
      }
    }
    end = position;
  }

  /**
   * Renames.
   *
   * @throws IllegalArgumentException when a limit of the class file format does not let it
   */
  static byte[] apply(byte[] classFile) {
    return new Renaming(classFile).renamed();
  }

  private byte[] renamed() {
    ByteArrayOutputStream pool = new ByteArrayOutputStream(classFile.length);
    for (int position : positions) {
      if (position == 0) {
        continue;
      }
      int tag = classFile[position];
      if (tag == UTF8) {
        putUtf8(pool, DropIns.rename(utf8(position)));
      } else if (tag == METHOD_REF && isStampedLock(u2(position + 1))) {
        pool.write(tag);
        putU2(pool, u2(position + 1));
        putU2(pool, nameAndViewType(u2(position + 3)));
      } else {
        pool.write(classFile, position, size(tag, position));
      }
    }
    if (count > 0xFFFF) {
      throw new IllegalArgumentException("its constant pool is full");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(classFile.length + 64);
    out.write(classFile, 0, 8);
    putU2(out, count);
    out.writeBytes(pool.toByteArray());
    out.writeBytes(appended.toByteArray());
    out.write(classFile, end, classFile.length - end);
    return out.toByteArray();
  }

  /** The index of an entry like a given one, with the descriptor that Pawl's view has. */
  private int nameAndViewType(int nameAndType) {
    int position = positions[nameAndType];
    int name = u2(position + 1);
    String descriptor = utf8(positions[u2(position + 3)]);
    if (!utf8(positions[name]).matches("as(Read|Write|ReadWrite)Lock")) {
      return nameAndType;
    }
    putUtf8(appended, descriptor.replace("java/util/concurrent/", "io/pawl/"));
    appended.write(12);
    putU2(appended, name);
    putU2(appended, count);
    count += 2;
    return count - 1;
  }

  private boolean isStampedLock(int classIndex) {
    int position = positions[classIndex];
    return classFile[position] == CLASS
        && utf8(positions[u2(position + 1)]).equals(DropIns.STAMPED_LOCK);
  }

  private int size(int tag, int position) {
    return switch (tag) {
      case UTF8 -> 3 + u2(position + 1);
      case 5, 6 -> 9;
      case 3, 4, 9, METHOD_REF, 11, 12, 17, 18 -> 5;
      case 15 -> 4;
      case CLASS, 8, 16, 19, 20 -> 3;
      default -> throw new IllegalArgumentException("its constant pool has an entry of tag " + tag);
    };
  }

  /** The text of an entry, a character for each byte: what is renamed is ASCII. */
  private String utf8(int position) {
    return new String(classFile, position + 3, u2(position + 1), StandardCharsets.ISO_8859_1);
  }

  private static void putUtf8(ByteArrayOutputStream out, String text) {
    // The new names are shorter than the old, so the length fits.
    out.write(UTF8);
    putU2(out, text.length());
    out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private int u2(int position) {
    return ((classFile[position] & 0xFF) << 8) | (classFile[position + 1] & 0xFF);
  }

  private static void putU2(ByteArrayOutputStream out, int value) {
    out.write(value >> 8);
    out.write(value);
  }
}
