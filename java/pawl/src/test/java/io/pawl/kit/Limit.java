package io.pawl.kit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The time after which a test has failed, in multiples that {@link Patience} knows. It stands in
 * the place of JUnit's {@code Timeout}, which nothing can stretch. Each test has a thread of its
 * own: one that blocks for good does not keep the others from running.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(LimitExtension.class)
public @interface Limit {

  /** The seconds for each test of a class, or for the one method. */
  int value();
}
