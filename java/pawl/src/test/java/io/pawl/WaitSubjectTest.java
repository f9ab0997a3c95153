package io.pawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.atomic.AtomicWord;
import io.pawl.internal.observe.Subjects;
import io.pawl.testing.Await;
import io.pawl.testing.Kit;
import io.pawl.testing.ThreadKind;
import io.pawl.testing.Worker;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/** The blocker of a thread that waits leads to the object that the user knows. */
@ParameterizedClass
@EnumSource(
    value = ThreadKind.class,
    names = {"PLATFORM", "VIRTUAL"})
class WaitSubjectTest extends Kit {

  WaitSubjectTest(ThreadKind kind) {
    super(kind);
  }

  private static Object awaitBlocker(Worker worker) {
    Object[] blocker = {null};
    Await.until(
        worker.thread() + " has a blocker",
        () -> (blocker[0] = LockSupport.getBlocker(worker.thread())) != null);
    return blocker[0];
  }

  @ParameterizedTest
  @FieldSource("io.pawl.WaitScenes#ALL")
  void blockerLeadsToTheSubject(WaitScenes.Scene scene) {
    WaitScenes.Wait wait = scene.begin();
    Worker worker = crew.start(wait::await);
    Object blocker = awaitBlocker(worker);
    wait.end();
    worker.join();
    assertThat(Subjects.of(blocker)).isSameAs(wait.subject());
  }

  @ParameterizedTest
  @FieldSource("io.pawl.WaitScenes#ALL")
  void subjectIsAPartOfNothing(WaitScenes.Scene scene) {
    WaitScenes.Wait wait = scene.begin();
    assertThat(Subjects.of(wait.subject())).isSameAs(wait.subject());
  }

  @Test
  void blockerOfAWaitForAWordIsTheWord() {
    AtomicWord word = new AtomicWord();
    Worker worker = crew.start(() -> word.waitWhile(0));
    Object blocker = awaitBlocker(worker);
    word.set(1);
    word.wakeAll();
    worker.join();
    assertThat(Subjects.of(blocker)).isSameAs(word);
    word.close();
  }
}
