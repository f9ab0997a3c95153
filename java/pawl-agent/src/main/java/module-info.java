/**
 * The agent that gives an application Pawl's locks in place of the JDK's. It is started by {@code
 * -javaagent} and then belongs to no module; this descriptor is for its documentation.
 */
@org.jspecify.annotations.NullMarked
module io.pawl.agent {
  requires static org.jspecify;
  requires transitive java.instrument;

  exports io.pawl.agent;
}
