package io.pawl.internal.observe;

import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Registered;
import org.jspecify.annotations.Nullable;

/** What all events say: what is waited for. */
@Registered(false)
abstract class WaitEvent extends Event {

  @Label("Class")
  @Nullable Class<?> subjectClass;

  @Label("Name")
  @Description("The name that was given by io.pawl.observe.Names")
  @Nullable String name;

  @Label("Identity")
  @Description("The identity hash code in hexadecimal, as toString shows it")
  @Nullable String identity;

  WaitEvent() {}

  final void of(Object subject, @Nullable String itsName) {
    subjectClass = subject.getClass();
    name = itsName;
    identity = Integer.toHexString(System.identityHashCode(subject));
  }

  /** Tells of a wait; the event is committed afterwards. */
  void fill(WaitRecord wait) {
    of(wait.subject(), wait.name());
  }
}
