/**
 * Negative controls: jcstress tests of code that is broken on purpose, which have to fail. One that
 * passes says that the tests beside it prove nothing on this machine.
 */
@org.jspecify.annotations.NullMarked
package io.pawl.stress.control;
