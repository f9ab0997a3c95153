package io.pawl.observe;

import io.pawl.observe.ContentionProfile.Place;
import java.util.List;
import java.util.Locale;

/** A profile as text. */
final class ProfileText {

  private static final int MICRO = 1_000;

  private ProfileText() {}

  static String table(List<Place> places) {
    StringBuilder text = new StringBuilder();
    line(text, "count", "total", "longest", "mean", "waiters", "lock", "released by");
    for (Place place : places) {
      line(
          text,
          place.count(),
          time(place.totalNanos()),
          time(place.longestNanos()),
          time(place.meanNanos()),
          String.format(Locale.ROOT, "%.1f", place.waiters()),
          place.lock(),
          place.stack().isEmpty() ? "?" : frame(place.stack().getFirst(), true));
    }
    return text.toString();
  }

  private static void line(StringBuilder text, Object... columns) {
    text.append(String.format(Locale.ROOT, "%9s %9s %9s %9s %8s  %-20s %s", columns)).append('\n');
  }

  private static String time(long nanos) {
    double value = nanos;
    if (nanos < 1_000) {
      return nanos + " ns";
    } else if (nanos < 1_000_000) {
      return String.format(Locale.ROOT, "%.1f us", value / 1e3);
    } else if (nanos < 1_000_000_000) {
      return String.format(Locale.ROOT, "%.1f ms", value / 1e6);
    }
    return String.format(Locale.ROOT, "%.2f s", value / 1e9);
  }

  static String collapsed(List<Place> places) {
    StringBuilder text = new StringBuilder();
    for (Place place : places) {
      for (StackTraceElement frame : place.stack().reversed()) {
        text.append(frame(frame, false)).append(';');
      }
      text.append("lock ")
          .append(place.lock().replace(';', ',').replace('\n', ' '))
          .append(' ')
          .append(place.totalNanos() / MICRO)
          .append('\n');
    }
    return text.toString();
  }

  static String frame(StackTraceElement frame, boolean withLine) {
    String file = frame.getFileName();
    return frame.getClassName()
        + "."
        + frame.getMethodName()
        + (withLine && file != null ? "(" + file + ":" + frame.getLineNumber() + ")" : "");
  }
}
