/** The JNA backend of Pawl's wait SPI. */
@org.jspecify.annotations.NullMarked
module io.pawl.jna {
  requires static org.jspecify;
  requires io.pawl;
  requires com.sun.jna;
}
