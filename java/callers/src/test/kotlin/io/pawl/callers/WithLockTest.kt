package io.pawl.callers

import io.pawl.kit.Limit
import io.pawl.locks.FairMutex
import io.pawl.locks.KeyedLock
import io.pawl.locks.Mutex
import io.pawl.locks.ReentrantLock
import io.pawl.locks.ReentrantReadWriteLock
import io.pawl.locks.RwLock
import io.pawl.locks.SeqLock
import io.pawl.locks.SpinLock
import io.pawl.locks.StampedLock
import java.util.concurrent.Callable
import java.util.concurrent.FutureTask
import java.util.concurrent.locks.Lock
import kotlin.concurrent.withLock
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatIllegalStateException
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.MethodSource

/** Kotlin's withLock on every lock. */
@Limit(60)
internal class WithLockTest {

  /** A lock, and one that nobody gets while it is held. */
  class Case(private val name: String, val lock: Lock, val rival: Lock = lock) {
    override fun toString() = name
  }

  companion object {
    @JvmStatic
    fun cases(): List<Case> {
      val rw = RwLock()
      val jdk = ReentrantReadWriteLock()
      val stamped = StampedLock()
      return listOf(
        Case("Mutex", Mutex()),
        Case("FairMutex", FairMutex()),
        Case("SpinLock", SpinLock()),
        Case("ReentrantLock", ReentrantLock()),
        Case("fair ReentrantLock", ReentrantLock(true)),
        Case("KeyedLock", KeyedLock<String>().get("key")),
        Case("SeqLock", SeqLock().writeLock()),
        Case("RwLock, reading", rw.readLock(), rw.writeLock()),
        Case("RwLock, upgradable", rw.upgradableReadLock(), rw.writeLock()),
        Case("RwLock, writing", rw.writeLock()),
        Case("ReentrantReadWriteLock, reading", jdk.readLock(), jdk.writeLock()),
        Case("ReentrantReadWriteLock, writing", jdk.writeLock()),
        Case("StampedLock, reading", stamped.asReadLock(), stamped.asWriteLock()),
        Case("StampedLock, writing", stamped.asWriteLock()),
      )
    }
  }

  private fun <T> elsewhere(virtual: Boolean, action: () -> T): T {
    val task = FutureTask(Callable { action() })
    (if (virtual) Thread.ofVirtual() else Thread.ofPlatform()).start(task)
    return task.get()
  }

  private fun isFree(lock: Lock): Boolean = elsewhere(false) {
    lock.tryLock().also { if (it) lock.unlock() }
  }

  @ParameterizedTest
  @MethodSource("cases")
  fun blockHoldsTheLock(case: Case) {
    for (virtual in listOf(false, true)) {
      val free = elsewhere(virtual) { case.lock.withLock { isFree(case.rival) } }
      assertThat(free).isFalse()
      assertThat(isFree(case.rival)).isTrue()
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  fun blockThatThrowsReleasesTheLock(case: Case) {
    assertThatIllegalStateException().isThrownBy { case.lock.withLock { error("for the test") } }
    assertThat(isFree(case.rival)).isTrue()
  }
}
