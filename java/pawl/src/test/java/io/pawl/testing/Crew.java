package io.pawl.testing;

import java.util.ArrayList;
import java.util.List;

/** The threads of a test, all of one kind. */
public final class Crew {

  private final ThreadKind kind;
  private final List<Worker> workers = new ArrayList<>();

  public Crew(ThreadKind kind) {
    this.kind = kind;
  }

  /** Starts a thread. */
  public Worker start(Worker.Task task) {
    Worker worker = new Worker(kind, workers.size(), task);
    workers.add(worker);
    worker.thread().start();
    return worker;
  }

  /** Starts threads that do the same. */
  public void start(int count, Worker.Task task) {
    for (int i = 0; i < count; i++) {
      Worker _ = start(task);
    }
  }

  /** Waits for all threads; fails if one failed or does not end. */
  public void join() {
    workers.forEach(Worker::join);
  }
}
