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

  private final byte[] classFile;
  private final ConstantPool pool;
  private final ByteArrayOutputStream appended = new ByteArrayOutputStream();
  private int count;

  private Renaming(byte[] classFile) {
    this.classFile = classFile;
    pool = new ConstantPool(classFile);
    count = pool.count();
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
    ByteArrayOutputStream copy = new ByteArrayOutputStream(classFile.length);
    for (int index = 1; index < pool.count(); index++) {
      int position = pool.position(index);
      if (position == 0) {
        continue;
      }
      int tag = pool.tag(position);
      if (tag == ConstantPool.UTF8) {
        putUtf8(copy, DropIns.rename(pool.bytesOf(position)));
      } else if (tag == ConstantPool.METHOD_REF && isStampedLock(pool.u2(position + 1))) {
        copy.write(tag);
        putU2(copy, pool.u2(position + 1));
        putU2(copy, nameAndViewType(pool.u2(position + 3)));
      } else {
        copy.write(classFile, position, pool.size(position));
      }
    }
    if (count > 0xFFFF) {
      throw new IllegalArgumentException("its constant pool is full");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(classFile.length + 64);
    out.write(classFile, 0, 8);
    putU2(out, count);
    out.writeBytes(copy.toByteArray());
    out.writeBytes(appended.toByteArray());
    out.write(classFile, pool.end(), classFile.length - pool.end());
    return out.toByteArray();
  }

  /** The index of an entry like a given one, with the descriptor that Pawl's view has. */
  private int nameAndViewType(int nameAndType) {
    int position = pool.position(nameAndType);
    int name = pool.u2(position + 1);
    String descriptor = pool.bytesOf(pool.position(pool.u2(position + 3)));
    if (!pool.bytesOf(pool.position(name)).matches("as(Read|Write|ReadWrite)Lock")) {
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
    int position = pool.position(classIndex);
    return pool.tag(position) == ConstantPool.CLASS
        && pool.bytesOf(pool.position(pool.u2(position + 1))).equals(DropIns.STAMPED_LOCK);
  }

  private static void putUtf8(ByteArrayOutputStream out, String text) {
    // The new names are shorter than the old, so the length fits.
    out.write(ConstantPool.UTF8);
    putU2(out, text.length());
    out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void putU2(ByteArrayOutputStream out, int value) {
    out.write(value >> 8);
    out.write(value);
  }
}
