package io.pawl.examples.threads;

import io.pawl.locks.Guarded;
import io.pawl.locks.PoisonedException;
import java.io.PrintStream;

/**
 * Poisoning: data that a failed holder of the lock may have left half changed is refused to the
 * next, until somebody has repaired it.
 *
 * <p>A transfer takes from one account and fails before it gives to the other. A lock that is only
 * released then hides that money has vanished. A {@link Guarded} tells the next one who comes, with
 * the exception that did it.
 *
 * @see <a href="https://marabos.nl/atomics/basics.html">"Rust Atomics and Locks", chapter 1</a>
 */
public final class Poisoning {

  /** Two accounts, which together always have 100. */
  private static final class Accounts {
    private int ours = 60;
    private int theirs = 40;

    void transfer(int amount) {
      ours -= amount;
      theirs = Math.addExact(theirs, Integer.parseInt(confirmation(amount)));
    }

    private static String confirmation(int amount) {
      return amount > 50 ? "refused by the bank" : Integer.toString(amount);
    }

    int sum() {
      return ours + theirs;
    }
  }

  private Poisoning() {}

  /** Runs the program. */
  public static void main(String[] arguments) {
    run(System.out);
  }

  static void run(PrintStream out) {
    Guarded<Accounts> accounts = new Guarded<>(new Accounts());
    accounts.run(a -> a.transfer(10));
    out.println(
        "after a transfer the sum is " + accounts.<Integer, RuntimeException>with(Accounts::sum));
    try (Scope scope = new Scope()) {
      Thread _ = scope.start(() -> accounts.run(a -> a.transfer(60)));
    } catch (IllegalStateException e) {
      out.println(e.getMessage());
    }
    try {
      out.println("the sum is " + accounts.<Integer, RuntimeException>with(Accounts::sum));
    } catch (PoisonedException e) {
      out.println("the next one is refused: poisoned by " + e.getCause());
    }
    try (var guard = accounts.lockForced()) {
      out.println("by force, the sum is " + guard.value().sum());
      guard.set(new Accounts());
      accounts.clearPoison();
      guard.done();
    }
    out.println("repaired, the sum is " + accounts.<Integer, RuntimeException>with(Accounts::sum));
  }
}
