package io.pawl.testing;

import io.pawl.observe.ContentionListener;
import io.pawl.observe.Release;
import io.pawl.observe.Wait;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** What a listener has been told. */
public final class ToldWaits implements ContentionListener {

  private final List<Wait> began = new CopyOnWriteArrayList<>();
  private final List<Wait> ended = new CopyOnWriteArrayList<>();
  private final List<Release> released = new CopyOnWriteArrayList<>();

  @Override
  public void waitBegan(Wait wait) {
    began.add(wait);
  }

  @Override
  public void waitEnded(Wait wait) {
    ended.add(wait);
  }

  @Override
  public void released(Release release) {
    released.add(release);
  }

  /** The waits that began, in order. */
  public List<Wait> began() {
    return began;
  }

  /** The waits that ended, in order. */
  public List<Wait> ended() {
    return ended;
  }

  /** The releases, in order. */
  public List<Release> released() {
    return released;
  }

  /** The first wait of a thread, or null. */
  public @Nullable Wait firstOf(Thread thread) {
    return began.stream().filter(wait -> wait.thread() == thread).findFirst().orElse(null);
  }
}
