package io.pawl.platform;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/** The library of {@code native/test/lock_user.c}: code in C that has locks of its own. */
final class LockUser {

  /** Where a file of this format names the processor, and how. */
  private static final int ELF_MACHINE = 18;

  private static final int AARCH64 = 183;
  private static final int X86_64 = 62;

  private final MethodHandle open;
  private final MethodHandle close;
  private final MethodHandle lock;
  private final MethodHandle balance;
  private final MethodHandle lockAndAdd;

  private LockUser(SymbolLookup library) {
    open = link(library, "account_open", FunctionDescriptor.of(ADDRESS));
    close = link(library, "account_close", FunctionDescriptor.ofVoid(ADDRESS));
    lock = link(library, "account_lock", FunctionDescriptor.of(ADDRESS, ADDRESS));
    balance = link(library, "account_balance", FunctionDescriptor.of(number(), ADDRESS));
    lockAndAdd =
        link(library, "lock_and_add", FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, JAVA_INT));
  }

  @SuppressWarnings("restricted")
  private static MemoryLayout number() {
    return ADDRESS.withTargetLayout(JAVA_LONG);
  }

  @SuppressWarnings("restricted")
  private static MethodHandle link(SymbolLookup library, String name, FunctionDescriptor type) {
    return Linker.nativeLinker().downcallHandle(library.find(name).orElseThrow(), type);
  }

  /** Loads the library, or skips the test where the build had no compiler to make one. */
  @SuppressWarnings("restricted")
  static LockUser load() {
    Path folder = Path.of(System.getProperty("pawl.root", "."), "java/pawl/target/native/host/lib");
    String name = System.mapLibraryName("lock_user").replaceFirst("^lib", "");
    Path file = folder.resolve(name);
    assumeTrue(Files.exists(file), "the build made no " + file);
    assumeTrue(isForThisProcessor(file), "the build made one for another processor: " + file);
    return new LockUser(SymbolLookup.libraryLookup(file, Arena.global()));
  }

  /** An emulated JVM of Linux finds the library of the system that builds. */
  private static boolean isForThisProcessor(Path file) {
    if (!System.getProperty("os.name", "").equals("Linux")) {
      return true;
    }
    try {
      int machine = Files.readAllBytes(file)[ELF_MACHINE] & 0xFF;
      return machine == (System.getProperty("os.arch", "").equals("aarch64") ? AARCH64 : X86_64);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  MemorySegment open() {
    try {
      return (MemorySegment) open.invokeExact();
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  void close(MemorySegment account) {
    try {
      close.invokeExact(account);
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  MemorySegment lockOf(MemorySegment account) {
    try {
      return (MemorySegment) lock.invokeExact(account);
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  MemorySegment balanceOf(MemorySegment account) {
    try {
      return (MemorySegment) balance.invokeExact(account);
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  void lockAndAdd(MemorySegment lock, MemorySegment number, int rounds) {
    try {
      lockAndAdd.invokeExact(lock, number, rounds);
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  static long get(MemorySegment number) {
    return number.get(JAVA_LONG, 0);
  }

  /** Adds 1 in two steps between which others must not come. */
  static void add(MemorySegment number) {
    number.set(JAVA_LONG, 0, get(number) + 1);
  }
}
