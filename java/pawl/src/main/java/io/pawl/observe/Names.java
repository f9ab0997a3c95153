package io.pawl.observe;

import io.pawl.internal.observe.Subjects;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Names of locks and of whatever else threads wait for, which tell one from another in logs and
 * reports.
 *
 * <p>Usage:
 *
 * {@snippet :
 * private final ReentrantLock lock = Names.name(new ReentrantLock(), "orders");
 * }
 *
 * <p>The name stands in {@code toString} of the object, first in its brackets, and in what this
 * package reports. Thread dumps and {@code ThreadInfo} show class and identity of a lock, whatever
 * its name.
 *
 * <p>A lock has the same name as its views and parts, such as the read lock and the write lock of a
 * {@link io.pawl.locks.ReentrantReadWriteLock}: to name one is to name them all. A condition has a
 * name of its own. Objects of {@link io.pawl.shared} have the name by which they are found, until
 * they are given another here.
 *
 * <p>Any object may have a name: a synchronizer that was built upon {@link
 * io.pawl.locks.LockSupport} or {@link io.pawl.locks.ParkingLot}, and even a lock of the JDK,
 * though its {@code toString} knows nothing of that. Objects are told from others by identity.
 * Several may have the same name.
 *
 * <p>The methods may be called by any thread at any time. A name that has been given is seen by all
 * calls that come after.
 *
 * <p><b>Cost.</b> A name takes some 60 bytes beside its characters, none in the object, and goes
 * with the object, which it does not keep reachable; neither does it keep a class or a class
 * loader. An object without a name costs nothing.
 */
public final class Names {

  private Names() {}

  /**
   * Gives a name to an object, in place of the one that it may have.
   *
   * @param <T> the type of the object
   * @param object the lock or other object, or a view or part of it
   * @param name the name
   * @return the object
   * @throws NullPointerException if the object or the name is null
   */
  public static <T> T name(T object, String name) {
    Objects.requireNonNull(object, "object");
    Objects.requireNonNull(name, "name");
    Subjects.name(object, name);
    return object;
  }

  /**
   * Returns the name of an object.
   *
   * @param object the lock or other object, or a view or part of it
   * @return the name, or null if it has none
   * @throws NullPointerException if the object is null
   */
  public static @Nullable String of(Object object) {
    return Subjects.nameOf(Objects.requireNonNull(object, "object"));
  }
}
