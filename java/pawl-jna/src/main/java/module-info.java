/**
 * The JNA backend of Pawl's wait SPI. On the module path both this module and JNA need native
 * access: {@code --enable-native-access=io.pawl,io.pawl.jna,com.sun.jna}.
 */
@org.jspecify.annotations.NullMarked
module io.pawl.jna {
  requires static org.jspecify;
  requires io.pawl;
  requires com.sun.jna;

  provides io.pawl.spi.NativeWaitProvider with
      io.pawl.jna.JnaProvider;
}
