package io.pawl.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** What handles promise to one thread. */
class ArcTest {

  /** Counts how often it has been closed. */
  private static final class Resource implements AutoCloseable {
    private int closes;

    @Override
    public void close() {
      closes++;
    }
  }

  private final Resource resource = new Resource();
  private final Arc<Resource> arc = Arc.of(resource);

  @Test
  void lastHandleClosesTheValue() {
    Arc<Resource> second = arc.retain();
    Arc<Resource> third = second.retain();
    assertThat(arc.count()).isEqualTo(3);
    arc.close();
    third.close();
    assertThat(resource.closes).isZero();
    assertThat(second.get()).isSameAs(resource);
    second.close();
    assertThat(resource.closes).isEqualTo(1);
    assertThat(arc.count()).isZero();
  }

  @Test
  void closedHandleRefusesEverythingWhileOthersAreOpen() {
    Arc<Resource> other = arc.retain();
    arc.close();
    List<Runnable> calls =
        List.of(arc::close, arc::get, arc::getIfUnique, arc::retain, arc::downgrade);
    for (Runnable call : calls) {
      assertThatIllegalStateException().isThrownBy(call::run).withMessageContaining("[Closed]");
    }
    assertThat(other.count()).isEqualTo(1);
    assertThat(resource.closes).isZero();
    other.close();
    assertThatIllegalStateException().isThrownBy(arc::close);
    assertThat(resource.closes).isEqualTo(1);
  }

  @Test
  void weakIsUpgradedUntilTheValueIsClosed() {
    Weak<Resource> weak = arc.downgrade();
    Arc<Resource> upgraded = weak.upgrade().orElseThrow();
    arc.close();
    assertThat(upgraded.get()).isSameAs(resource);
    upgraded.close();
    assertThat(resource.closes).isEqualTo(1);
    assertThat(weak.upgrade()).isEmpty();
    weak.close();
    assertThatIllegalStateException().isThrownBy(weak::upgrade);
    assertThatIllegalStateException().isThrownBy(weak::close);
  }

  @Test
  void weakIsRetainedByItselfAlsoWhenTheValueIsClosed() {
    Weak<Resource> weak = arc.downgrade();
    Weak<Resource> other = weak.retain();
    weak.close();
    assertThatIllegalStateException().isThrownBy(weak::retain);
    assertThat(arc.getIfUnique()).isEmpty();
    other.upgrade().orElseThrow().close();
    assertThat(resource.closes).isZero();
    arc.close();
    Weak<Resource> late = other.retain();
    assertThat(late.upgrade()).isEmpty();
    other.close();
    late.close();
    assertThatIllegalStateException().isThrownBy(late::close);
  }

  @Test
  void weakThatIsCountedNoMoreMakesNone() {
    ArcCounter counter = new ArcCounter(1);
    assertThat(counter.retainWeak()).isFalse();
    assertThat(counter.isUnique()).isTrue();
    counter.addWeak();
    assertThat(counter.retainWeak()).isTrue();
    counter.dropWeak();
    counter.dropWeak();
    assertThat(counter.retainWeak()).isFalse();
    assertThat(counter.isUnique()).isTrue();
  }

  @Test
  void weakIsNotUpgradedWhileTheValueIsBeingClosed() {
    List<Weak<AutoCloseable>> weak = new ArrayList<>();
    List<Boolean> upgrades = new ArrayList<>();
    Arc<AutoCloseable> closing = Arc.of(() -> upgrades.add(weak.getFirst().upgrade().isPresent()));
    weak.add(closing.downgrade());
    closing.close();
    assertThat(upgrades).containsExactly(false);
  }

  @Test
  void valueIsUniqueWithoutOtherHandlesAndWeaks() {
    assertThat(arc.getIfUnique()).containsSame(resource);
    Arc<Resource> other = arc.retain();
    assertThat(arc.getIfUnique()).isEmpty();
    other.close();
    assertThat(arc.getIfUnique()).containsSame(resource);
    Weak<Resource> weak = arc.downgrade();
    assertThat(arc.getIfUnique()).isEmpty();
    weak.close();
    assertThat(arc.getIfUnique()).containsSame(resource);
  }

  @Test
  void checkedExceptionOfTheCloseIsTheCause() {
    IOException failure = new IOException("for the test");
    Arc<AutoCloseable> failing =
        Arc.of(() -> {
          throw failure;
        });
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(failing::close)
        .havingCause()
        .isSameAs(failure);
    assertThat(failing.count()).isZero();
    assertThatIllegalStateException().isThrownBy(failing::close);
  }

  @Test
  void uncheckedExceptionAndInterruptOfTheClosePassThrough() {
    Arc<AutoCloseable> failing =
        Arc.of(() -> {
          throw new ArithmeticException("for the test");
        });
    assertThatExceptionOfType(ArithmeticException.class).isThrownBy(failing::close);
    Arc<AutoCloseable> interrupted =
        Arc.of(() -> {
          throw new InterruptedException();
        });
    assertThatExceptionOfType(CompletionException.class).isThrownBy(interrupted::close);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void countDoesNotOverflow() {
    ArcCounter counter = new ArcCounter(ArcCounter.MAX - 1);
    assertThat(counter.retain()).isTrue();
    assertThatIllegalStateException().isThrownBy(counter::retain);
    assertThat(counter.handles()).isEqualTo(ArcCounter.MAX);
    counter.addWeak();
    assertThat(counter.handles()).isEqualTo(ArcCounter.MAX);
    assertThat(counter.release()).isFalse();
    assertThat(counter.retain()).isTrue();
  }

  @Test
  void countOfWeaksDoesNotOverflowIntoThatOfHandles() {
    ArcCounter counter = new ArcCounter(1);
    for (int i = 0; i < 3; i++) {
      counter.addWeak();
    }
    assertThat(counter.release()).isTrue();
    assertThat(counter.handles()).isZero();
    assertThat(counter.retain()).isFalse();
    counter.dropWeak();
    assertThat(counter.retain()).isFalse();
  }

  @Test
  void stringNamesTheStateOfTheHandle() {
    Arc<AutoCloseable> named =
        Arc.of(
            new AutoCloseable() {
              @Override
              public void close() {}

              @Override
              public String toString() {
                return "value";
              }
            });
    assertThat(named.toString()).matches("io\\.pawl\\.memory\\.Arc@[0-9a-f]+\\[value, handles=1]");
    named.close();
    assertThat(named.toString()).endsWith("[Closed]");
  }
}
