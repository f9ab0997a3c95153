package io.pawl.stress.code;

import io.pawl.stress.FenceMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The code that the optimizing compiler makes of one of the {@link Pairs}, as objdump prints it.
 * Without a plug-in for disassembly the virtual machine prints code in hexadecimal, which is
 * enough.
 *
 * @param text one instruction a line
 */
record MachineCode(String text) {

  private static final Pattern BLOCK = Pattern.compile("(?s)\\[MachCode](.*?)\\[/MachCode]");
  private static final Pattern BYTES = Pattern.compile("(?m)^ +0x[0-9a-f]+: ([0-9a-f |]+)$");

  /** With a memory operand an exchange is locked, prefix or not. */
  private static final Pattern LOCKED = Pattern.compile("\\block\\b|\\bmfence\\b|\\bxchg\\b.*\\(");

  /** Whether the code can be had and read here. */
  static boolean isAvailable() throws InterruptedException {
    try {
      return System.getProperty("os.arch").equals("amd64")
          && output(Path.of("target", "objdump-version"), List.of("objdump", "--version"))
              .contains("objdump");
    } catch (IOException e) {
      return false;
    }
  }

  /** Compiles a pair in a JVM of its own, with fences that have settled. */
  static MachineCode of(String pair, FenceMode mode, String collector)
      throws IOException, InterruptedException {
    Path directory = Files.createDirectories(Path.of("target", "code"));
    String name = pair + "-" + mode;
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(mode.arguments());
    command.addAll(List.of("-XX:-TieredCompilation", "-Xbatch", collector));
    command.add("-XX:+UnlockDiagnosticVMOptions");
    command.add("-XX:CompileCommand=print," + Pairs.class.getName() + "::" + pair);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Pairs.class.getName(), pair));
    String printed = output(directory.resolve(name + ".log"), command);
    String last =
        BLOCK
            .matcher(printed)
            .results()
            .reduce((before, after) -> after)
            .orElseThrow(() -> new AssertionError("No code: " + printed))
            .group(1);
    StringBuilder digits = new StringBuilder();
    BYTES
        .matcher(last)
        .results()
        .forEach(line -> digits.append(line.group(1).replaceAll("[ |]", "")));
    Path code = Files.write(directory.resolve(name + ".bin"), HexFormat.of().parseHex(digits));
    return new MachineCode(
        output(
            directory.resolve(name + ".s"),
            List.of("objdump", "-D", "-b", "binary", "-m", "i386:x86-64", code.toString())));
  }

  /** How many instructions are full fences: locked ones and those that are nothing else. */
  long locked() {
    return text.lines().filter(line -> LOCKED.matcher(line).find()).count();
  }

  private static String output(Path file, List<String> command)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(file.toFile()).start();
    try {
      int exit = process.waitFor();
      String output = Files.readString(file);
      if (exit != 0) {
        throw new AssertionError(command + " ended with " + exit + ":\n" + output);
      }
      return output;
    } finally {
      process.destroyForcibly();
    }
  }
}
