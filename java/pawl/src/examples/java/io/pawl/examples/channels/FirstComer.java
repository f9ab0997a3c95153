package io.pawl.examples.channels;

import io.pawl.channel.Channel;
import io.pawl.channel.OneShot;
import io.pawl.channel.Select;
import io.pawl.examples.threads.Scope;
import java.io.PrintStream;
import java.util.List;

/**
 * A worker that waits for two things at once: the next job, or the word to stop.
 *
 * <p>Without a select the word would have to come through the channel of the jobs, behind those
 * that are in it, or the worker would have to look for it now and then. The select takes one of the
 * two and leaves the other where it is.
 */
public final class FirstComer {

  private FirstComer() {}

  /** Has some jobs done. */
  public static void main(String[] arguments) throws Exception {
    run(System.out);
  }

  static void run(PrintStream out) throws InterruptedException {
    Channel<String> jobs = Channel.bounded(4);
    Channel<String> finished = Channel.bounded(4);
    OneShot<String> stop = new OneShot<>();
    try (Scope scope = new Scope()) {
      scope.start(() -> work(jobs, finished, stop.receiver(), out));
      List<String> all = List.of("sweep", "wash", "dry");
      for (String job : all) {
        jobs.send(job);
      }
      for (int i = 0; i < all.size(); i++) {
        finished.receive();
      }
      stop.sender().send("it is late");
    }
  }

  private static void work(
      Channel<String> jobs,
      Channel<String> finished,
      OneShot.Receiver<String> stop,
      PrintStream out)
      throws InterruptedException {
    Select select = new Select();
    Select.Case<String> job = select.receive(jobs);
    Select.Case<String> word = select.receive(stop);
    while (select.await() == job) {
      out.println("done: " + job.result());
      finished.send(job.result());
    }
    out.println("stopped: " + word.result());
  }
}
