package io.pawl.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DropInsTest {

  @Test
  void namesAreRenamed() {
    assertThat(DropIns.rename("java/util/concurrent/Semaphore")).isEqualTo("io/pawl/Semaphore");
    assertThat(DropIns.rename("java/util/concurrent/locks/ReentrantReadWriteLock$ReadLock"))
        .isEqualTo("io/pawl/locks/ReentrantReadWriteLock$ReadLock");
  }

  @Test
  void descriptorsAndSignaturesAreRenamed() {
    assertThat(
            DropIns.rename(
                "(I[[Ljava/util/concurrent/Phaser;Ljava/util/concurrent/Phaser;)"
                    + "Ljava/util/Map<Ljava/util/concurrent/Exchanger<TT;>;*>;"))
        .isEqualTo(
            "(I[[Lio/pawl/Phaser;Lio/pawl/Phaser;)Ljava/util/Map<Lio/pawl/Exchanger<TT;>;*>;");
    assertThat(DropIns.rename("[Ljava/util/concurrent/Semaphore;"))
        .isEqualTo("[Lio/pawl/Semaphore;");
  }

  @Test
  void otherClassesKeepTheirNames() {
    for (String name :
        new String[] {
          "java/util/concurrent/Semaphores",
          "java/util/concurrent/TimeUnit",
          "java/util/concurrent/locks/Lock",
          "java/util/concurrent/locks/LockSupport",
          "com/acme/java/util/concurrent/Semaphore",
          "Lcom/acme/Ljava/util/concurrent/Semaphore",
          "(Ljava/util/concurrent/locks/Condition;)V",
          "java.util.concurrent.Semaphore",
        }) {
      assertThat(DropIns.rename(name)).isEqualTo(name);
      assertThat(DropIns.mentionedIn(name)).isFalse();
    }
  }

  @Test
  void pawlsOwnNamesAreRecognized() {
    assertThat(DropIns.pawlMentionedIn("(Lio/pawl/locks/StampedLock;)V")).isTrue();
    assertThat(DropIns.pawlMentionedIn("(Lio/pawl/locks/Mutex;)V")).isFalse();
    assertThat(DropIns.pawlMentionedIn("(Ljava/util/concurrent/Semaphore;)V")).isFalse();
  }
}
