package io.pawl.internal.backend;

import java.net.URL;
import java.nio.file.Path;

/** The main class of children in which linking meets an error, at each class that it loads. */
final class FaultProbe {
  private FaultProbe() {}

  /**
   * Prints how many errors were survived.
   *
   * @param args the class of the error, whether linking has to succeed in the end, and the classes
   */
  public static void main(String[] args) throws Exception {
    boolean recovers = Boolean.parseBoolean(args[1]);
    URL[] urls = {Path.of(args[2]).toUri().toURL(), Path.of(args[3]).toUri().toURL()};
    int number = 0;
    // The first error is that of a thread which is not needed if the one that prepares comes first.
    for (boolean thrown = true; thrown || number == 1; number++) {
      Error error = Class.forName(args[0]).asSubclass(Error.class).getConstructor().newInstance();
      try (FaultyLoader loader = new FaultyLoader(urls, number, error)) {
        var body = loader.loadClass(FaultBody.class.getName()).getConstructor().newInstance();
        System.setProperty("pawl.test.hasty", Boolean.toString(number == 0));
        System.setProperty("pawl.test.recovers", Boolean.toString(recovers));
        ((Runnable) body).run();
        thrown = loader.hasThrown();
      }
    }
    System.out.println("survived " + (number > 5 ? "many" : "" + number));
  }
}
