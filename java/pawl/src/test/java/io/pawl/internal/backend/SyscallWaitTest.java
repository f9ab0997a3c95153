package io.pawl.internal.backend;

import io.pawl.kit.NativeWaitContract;
import io.pawl.spi.NativeWait;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class SyscallWaitTest extends NativeWaitContract {

  @Override
  protected NativeWait backend() {
    return new SyscallWait();
  }
}
