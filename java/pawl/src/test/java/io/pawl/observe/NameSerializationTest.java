package io.pawl.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.pawl.kit.Limit;
import io.pawl.locks.FairMutex;
import io.pawl.locks.Mutex;
import io.pawl.locks.ReentrantReadWriteLock;
import io.pawl.locks.RwLock;
import io.pawl.locks.Serialized;
import java.io.ByteArrayInputStream;
import java.io.ObjectInputStream;
import java.util.Base64;
import org.junit.jupiter.api.Test;

@Limit(60)
class NameSerializationTest {

  /** What a mutex was written as while it had a field for its name, "orders". */
  private static final String WITH_A_FIELD =
      "rO0ABXNyABNpby5wYXdsLmxvY2tzLk11dGV4AAAAAAAAAAECAAFMAARuYW1ldAASTGphdmEvbGFuZy9TdHJpbmc7eHIA"
          + "F2lvLnBhd2wubG9ja3MuT3duZWRMb2NrAAAAAAAAAAECAAB4cgA2amF2YS51dGlsLmNvbmN1cnJlbnQubG9j"
          + "a3MuQWJzdHJhY3RPd25hYmxlU3luY2hyb25pemVyM9+vua1tb6kCAAB4cHQABm9yZGVycw==";

  @Test
  void mutexKeepsItsName() throws Exception {
    assertThat(Names.of(Serialized.copy(new Mutex("orders")))).isEqualTo("orders");
    assertThat(Names.of(Serialized.copy(Names.name(new Mutex(), "orders")))).isEqualTo("orders");
    assertThat(Names.of(Serialized.copy(new Mutex()))).isNull();
  }

  @Test
  @SuppressWarnings("BanSerializableRead") // reads only what is written above
  void mutexIsReadThatWasWrittenWithAField() throws Exception {
    byte[] bytes = Base64.getDecoder().decode(WITH_A_FIELD);
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      Mutex mutex = (Mutex) in.readObject();
      assertThat(Names.of(mutex)).isEqualTo("orders");
      assertThat(mutex.tryLock()).isTrue();
      mutex.unlock();
    }
  }

  @Test
  void viewsOfADeserializedLockAreItsParts() throws Exception {
    ReentrantReadWriteLock reentrant = Serialized.copy(new ReentrantReadWriteLock());
    Names.name(reentrant, "orders");
    assertThat(Names.of(reentrant.readLock())).isEqualTo("orders");
    assertThat(Names.of(reentrant.writeLock())).isEqualTo("orders");
    RwLock rw = Serialized.copy(new RwLock());
    Names.name(rw.readLock(), "bills");
    assertThat(Names.of(rw)).isEqualTo("bills");
    assertThat(Names.of(rw.upgradableReadLock())).isEqualTo("bills");
  }

  @Test
  void viewThatWasSerializedAloneHasANameAllTheSame() throws Exception {
    RwLock.WriteLock view = Serialized.copy(new RwLock().writeLock());
    Names.name(view, "orders");
    assertThat(Names.of(view)).isEqualTo("orders");
    assertThat(view.toString()).endsWith("[orders, Unlocked]");
  }

  @Test
  void otherLocksLoseTheirName() throws Exception {
    assertThat(Names.of(Serialized.copy(Names.name(new FairMutex(), "orders")))).isNull();
  }
}
