package io.pawl.observe;

import io.pawl.observe.ContentionProfile.Place;
import java.lang.management.ManagementFactory;
import java.util.List;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** Shows a profile to the platform's MBean server. No other class refers to java.management. */
final class ProfileManagement {

  private static final String NAME = "io.pawl:type=ContentionProfile";

  private ProfileManagement() {}

  static synchronized void register(ContentionProfile profile) {
    try {
      ObjectName name = new ObjectName(NAME);
      MBeanServer server = ManagementFactory.getPlatformMBeanServer();
      remove(server, name);
      server.registerMBean(new Bean(profile), name);
    } catch (JMException e) {
      throw refused(e);
    }
  }

  static synchronized void unregister() {
    try {
      remove(ManagementFactory.getPlatformMBeanServer(), new ObjectName(NAME));
    } catch (JMException e) {
      throw refused(e);
    }
  }

  private static void remove(MBeanServer server, ObjectName name) throws JMException {
    if (server.isRegistered(name)) {
      server.unregisterMBean(name);
    }
  }

  private static IllegalStateException refused(Throwable cause) {
    return new IllegalStateException("The profile can't be shown to JMX clients", cause);
  }

  /** What clients see. */
  private record Bean(ContentionProfile profile) implements ContentionProfileMXBean {

    private static final int TOP = 20;

    @Override
    public boolean isRunning() {
      return profile.isRunning();
    }

    @Override
    public List<TopLock> getTopLocks() {
      return profile.places().stream().limit(TOP).<TopLock>map(Top::new).toList();
    }

    @Override
    public long getTotalNanos() {
      return profile.places().stream().mapToLong(Place::totalNanos).sum();
    }

    @Override
    public long getCount() {
      return profile.places().stream().mapToLong(Place::count).sum();
    }

    @Override
    public String table() {
      return profile.table();
    }

    @Override
    public String collapsed() {
      return profile.collapsed();
    }

    @Override
    public void stop() {
      profile.stop();
    }

    @Override
    public void resume() {
      profile.resume();
    }

    @Override
    public void reset() {
      profile.reset();
    }
  }

  /** One of the places. */
  private record Top(Place place) implements ContentionProfileMXBean.TopLock {

    @Override
    public String getLock() {
      return place.lock();
    }

    @Override
    public String getReleasedBy() {
      return place.stack().isEmpty() ? "" : ProfileText.frame(place.stack().getFirst(), true);
    }

    @Override
    public long getCount() {
      return place.count();
    }

    @Override
    public long getTotalNanos() {
      return place.totalNanos();
    }

    @Override
    public long getLongestNanos() {
      return place.longestNanos();
    }

    @Override
    public double getWaiters() {
      return place.waiters();
    }
  }
}
