package io.pawl.agent;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A set of names of classes in little more memory than the simple names take. */
final class Names {

  /*
   * For each package, its simple names one behind the other, each with a zero behind it, in the
   * order of their bytes: so a name is found by halving. A name with the character 0 in it, which
   * no compiler makes, is left out.
   */

  private final Map<String, byte[]> packages = new HashMap<>();

  /** Makes the set of these names, which are internal names. */
  Names(Collection<String> names) {
    Map<String, List<byte[]>> simple = new HashMap<>();
    for (String name : names) {
      if (name.indexOf(0) < 0) {
        simple.computeIfAbsent(packageOf(name), key -> new ArrayList<>()).add(simpleName(name));
      }
    }
    simple.forEach((name, list) -> packages.put(name, joined(list)));
  }

  private static byte[] joined(List<byte[]> names) {
    names.sort(Arrays::compareUnsigned);
    int size = 0;
    for (byte[] name : names) {
      size += name.length + 1;
    }
    byte[] joined = new byte[size];
    int end = 0;
    for (byte[] name : names) {
      System.arraycopy(name, 0, joined, end, name.length);
      end += name.length + 1;
    }
    return joined;
  }

  boolean contains(String name) {
    byte[] names = packages.get(packageOf(name));
    if (names == null) {
      return false;
    }
    byte[] wanted = simpleName(name);
    int low = 0;
    int high = names.length;
    while (low < high) {
      int start = startOf(names, (low + high) >>> 1);
      int end = endOf(names, start);
      int order = Arrays.compareUnsigned(names, start, end, wanted, 0, wanted.length);
      if (order == 0) {
        return true;
      } else if (order < 0) {
        low = end + 1;
      } else {
        high = start;
      }
    }
    return false;
  }

  private static int startOf(byte[] names, int position) {
    int start = position;
    while (start > 0 && names[start - 1] != 0) {
      start--;
    }
    return start;
  }

  private static int endOf(byte[] names, int start) {
    int end = start;
    while (names[end] != 0) {
      end++;
    }
    return end;
  }

  private static String packageOf(String name) {
    return name.substring(0, name.lastIndexOf('/') + 1);
  }

  private static byte[] simpleName(String name) {
    return name.substring(name.lastIndexOf('/') + 1).getBytes(StandardCharsets.UTF_8);
  }
}
