/** The machine code that the virtual machine makes of the library. */
@org.jspecify.annotations.NullMarked
package io.pawl.stress.code;
