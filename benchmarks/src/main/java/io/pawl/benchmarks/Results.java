package io.pawl.benchmarks;

import java.util.Collection;
import java.util.Map;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.util.Statistics;

/** The results of a run, to be asked for by method and parameters; all are medians. */
final class Results {
  private final Collection<RunResult> results;

  Results(Collection<RunResult> results) {
    this.results = results;
  }

  /** The median of what the benchmark measures. */
  double median(String method, Map<String, String> parameters) {
    return median(find(method, parameters).getPrimaryResult().getStatistics());
  }

  /** The median of a counter or of what a profiler measures. */
  double median(String method, Map<String, String> parameters, String secondary) {
    Result<?> result = find(method, parameters).getSecondaryResults().get(secondary);
    if (result == null) {
      throw new IllegalArgumentException("Nothing has measured " + secondary);
    }
    return median(result.getStatistics());
  }

  private static double median(Statistics statistics) {
    return statistics.getPercentile(50);
  }

  private RunResult find(String method, Map<String, String> parameters) {
    for (RunResult result : results) {
      var run = result.getParams();
      if (run.getMeasurement().getType() == IterationType.MEASUREMENT
          && run.getBenchmark().endsWith("." + method)
          && parameters.entrySet().stream()
              .allMatch(entry -> entry.getValue().equals(run.getParam(entry.getKey())))) {
        return result;
      }
    }
    throw new IllegalArgumentException("No result for " + method + " with " + parameters);
  }
}
