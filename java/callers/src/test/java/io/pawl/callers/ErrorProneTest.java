package io.pawl.callers;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.Limit;
import io.pawl.locks.Mutex;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Error Prone says of programs that use Pawl. */
@Limit(120)
final class ErrorProneTest {

  /** The packages of locks; what is closed in others is owned for longer than a statement. */
  private static final Set<String> PACKAGES = Set.of("io.pawl", "io.pawl.locks");

  @TempDir private Path directory;

  /** Compiles one file; the check that each error is of. */
  private List<String> findings(String program, String classPath) {
    JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "a JDK");
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    List<String> options =
        List.of(
            "-proc:none",
            "--release=22",
            "-Xmaxerrs",
            "1000",
            "-XDcompilePolicy=simple",
            "--should-stop=ifError=FLOW",
            "-Xplugin:ErrorProne -XepDisableAllChecks -Xep:MustBeClosed:ERROR -Xep:GuardedBy:ERROR",
            "-processorpath",
            System.getProperty("java.class.path"),
            "-classpath",
            classPath,
            "-d",
            directory.toString());
    JavaFileObject source =
        new SimpleJavaFileObject(URI.create("string:///Program.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return program;
          }
        };
    boolean compiled =
        compiler.getTask(null, null, diagnostics, options, null, List.of(source)).call();
    List<String> found =
        diagnostics.getDiagnostics().stream()
            .filter(d -> d.getKind() == Diagnostic.Kind.ERROR)
            .map(d -> d.getMessage(null).lines().findFirst().orElse("").replaceAll("\\].*", "]"))
            .toList();
    assertThat(compiled).as(diagnostics.getDiagnostics().toString()).isEqualTo(found.isEmpty());
    return found;
  }

  private static Path pawl() throws Exception {
    return Path.of(Mutex.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private List<String> guardedBy(String statement) {
    return findings(
        """
        import com.google.errorprone.annotations.concurrent.GuardedBy;
        import io.pawl.locks.*;

        class Program {
          private final Mutex mutex = new Mutex();

          @GuardedBy("mutex")
          private int count;

          void increment() {
            %s
          }
        }
        """
            .formatted(statement),
        System.getProperty("java.class.path"));
  }

  /** A call for each public method that gives something to close. */
  private static List<String> calls() throws Exception {
    List<String> calls = new ArrayList<>();
    try (ModuleReader reader = reader()) {
      for (String file : reader.list().toList()) {
        if (!file.endsWith(".class") || file.contains("-info")) {
          continue;
        }
        String name = file.replace(".class", "").replace('/', '.');
        if (PACKAGES.contains(name.substring(0, name.lastIndexOf('.')))) {
          Class<?> type = Class.forName(name, false, Mutex.class.getClassLoader());
          if (Modifier.isPublic(type.getModifiers())) {
            Arrays.stream(type.getDeclaredMethods())
                .filter(m -> Modifier.isPublic(m.getModifiers()) && !m.isBridge())
                .filter(m -> AutoCloseable.class.isAssignableFrom(m.getReturnType()))
                .forEach(m -> calls.add(call(m)));
          }
        }
      }
    }
    return calls;
  }

  private static ModuleReader reader() throws Exception {
    return ModuleFinder.of(pawl()).findAll().iterator().next().open();
  }

  private static String call(Method method) {
    return Arrays.stream(method.getParameterTypes())
        .map(type -> type.isPrimitive() ? "0" : "(" + type.getCanonicalName() + ") null")
        .collect(
            Collectors.joining(
                ", ",
                "(("
                    + method.getDeclaringClass().getCanonicalName()
                    + ") null)."
                    + method.getName()
                    + "(",
                ")"));
  }

  private static String program(List<String> statements) {
    return statements.stream()
        .map(s -> "  void m" + Integer.toHexString(s.hashCode()) + "() throws Exception { " + s)
        .collect(Collectors.joining(" }\n", "class Program {\n", " }\n}\n"));
  }

  /** Also where the annotation itself is not on the class path. */
  @Test
  void everyForgottenCloseIsFound() throws Exception {
    List<String> calls = calls();
    assertThat(calls).hasSizeGreaterThan(15);
    List<String> forgotten = calls.stream().map(call -> "var _ = " + call + ";").toList();
    assertThat(findings(program(forgotten), pawl().toString()))
        .hasSameSizeAs(calls)
        .containsOnly("[MustBeClosedChecker]");
  }

  @Test
  void noCloseByTryWithResourcesIsFound() throws Exception {
    List<String> closed = calls().stream().map(call -> "try (var _ = " + call + ") {}").toList();
    assertThat(findings(program(closed), pawl().toString())).isEmpty();
  }

  @Test
  void guardedByAcceptsLockAndFinally() {
    assertThat(guardedBy("mutex.lock(); try { count++; } finally { mutex.unlock(); }")).isEmpty();
  }

  @Test
  void guardedByFindsAnAccessWithoutTheLock() {
    assertThat(guardedBy("count++;")).containsExactly("[GuardedBy]");
  }

  /** As the README says; Error Prone does not know what acquire() does. */
  @Test
  void guardedByRefusesTryWithResources() {
    assertThat(guardedBy("try (var _ = mutex.acquire()) { count++; }"))
        .containsExactly("[GuardedBy]");
  }
}
