package io.pawl.kit;

import java.lang.reflect.Method;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** Ends tests at their {@link Limit}. */
final class LimitExtension implements InvocationInterceptor {

  @Override
  public void interceptTestMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    run(invocation, method);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    run(invocation, method);
  }

  @Override
  public <T extends @Nullable Object> T interceptTestFactoryMethod(
      Invocation<T> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    return run(invocation, method);
  }

  private static <T extends @Nullable Object> T run(
      Invocation<T> invocation, ReflectiveInvocationContext<Method> method) {
    return Assertions.assertTimeoutPreemptively(limit(method), invocation::proceed);
  }

  private static Duration limit(ReflectiveInvocationContext<Method> method) {
    Limit limit = method.getExecutable().getAnnotation(Limit.class);
    Class<?> type = method.getTargetClass();
    while (limit == null) {
      limit = type.getAnnotation(Limit.class);
      type = type.getEnclosingClass();
    }
    return Patience.ofSeconds(limit.value());
  }
}
