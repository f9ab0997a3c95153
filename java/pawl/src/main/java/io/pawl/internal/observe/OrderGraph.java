package io.pawl.internal.observe;

import io.pawl.internal.observe.OrderReport.Observed;
import io.pawl.observe.LockOrderException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The orders in which classes of locks have been taken. */
final class OrderGraph {

  /*
   * Algorithm: a graph whose nodes are the labels of classes of locks. An edge from a to b says that some
   * thread took a b while it held an a. An edge that would close a circle is an inversion: it is
   * reported, and kept aside as such, so that it is reported once and does not make others look like
   * inversions.
   *
   * Invariants
   *   I1  The edges that are no inversions form no circle: an edge is added under the lock, after a
   *       search for a way back. So of two threads that add opposite edges one finds the other's.
   *   I2  There are at most MAX_CLASSES nodes and MAX_EDGES edges. What comes later is not watched,
   *       which is logged once, without the lock: loggers have locks as well.
   *   I3  A class of which a lock has been released by another thread than the one that took it has no
   *       edges: who holds it is not known.
   *   I4  An inversion has a way back of edges that are none. When an edge goes, each is looked at again:
   *       one that closes no circle any more becomes an edge like others.
   *
   * Memory order: nodes and edges are published by concurrent maps. What changes the graph holds the monitor
   * of this object; edges is volatile, to be read without.
   *
   * See the Linux kernel's lockdep.
   */

  static final int MAX_CLASSES = 2048;
  static final int MAX_EDGES = 8192;

  static final OrderGraph ORDERS = new OrderGraph();

  private final Map<String, Node> nodes = new ConcurrentHashMap<>();
  private final Set<Pair> allowed = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean full = new AtomicBoolean();
  private volatile int edges;

  private static final class Node {
    final String label;
    final Map<Node, Edge> next = new ConcurrentHashMap<>();
    volatile boolean passedOn;

    Node(String label) {
      this.label = label;
    }
  }

  /**
   * An edge.
   *
   * @param seen who took the locks so
   * @param against the orders that it contradicts, null if none
   */
  private record Edge(Observed seen, @Nullable List<Observed> against) {}

  private record Pair(String first, String second) {
    static Pair of(String a, String b) {
      return a.compareTo(b) <= 0 ? new Pair(a, b) : new Pair(b, a);
    }
  }

  /**
   * The class with a label, to be kept in the place of equal ones.
   *
   * @return null if there are too many classes
   */
  @Nullable String known(String label) {
    Node node = node(label);
    return node == null ? null : node.label;
  }

  private @Nullable Node node(String label) {
    Node node = nodes.get(label);
    if (node == null) {
      node = addNode(label);
      if (node == null) {
        tellFull(MAX_CLASSES, "classes of locks");
      }
    }
    return node;
  }

  private synchronized @Nullable Node addNode(String label) {
    Node node = nodes.get(label);
    if (node == null && nodes.size() < MAX_CLASSES) {
      node = new Node(label);
      nodes.put(label, node);
    }
    return node;
  }

  /** Logs it once; not to be called with the monitor held. */
  private void tellFull(int limit, String what) {
    if (!full.get() && full.compareAndSet(false, true)) {
      OrderReport.warn(
          "Lock order: there are more than " + limit + " " + what + "; others are ignored", null);
    }
  }

  /**
   * Notes that the current thread is about to wait for a lock while it holds another.
   *
   * @return what to report if that is an inversion, unless it has been reported and is not thrown
   */
  @Nullable LockOrderException take(String held, String wanted) {
    Node from = node(held);
    Node to = node(wanted);
    if (from == null || to == null || from.passedOn || to.passedOn) {
      return null;
    }
    Edge edge = from.next.get(to);
    if (edge != null) {
      List<Observed> against = edge.against;
      return Order.THROWS && against != null ? OrderReport.inversion(held, wanted, against) : null;
    }
    return allowed.contains(Pair.of(held, wanted)) ? null : add(from, to);
  }

  private @Nullable LockOrderException add(Node from, Node to) {
    if (edges >= MAX_EDGES) {
      tellFull(MAX_EDGES, "orders");
      return null;
    }
    Observed now = Observed.now(from.label, to.label);
    @Nullable List<Observed> against;
    synchronized (this) {
      if (from.next.containsKey(to) || edges >= MAX_EDGES) {
        return null;
      }
      against = path(to, from);
      from.next.put(to, new Edge(now, against));
      edges++;
    }
    if (against == null) {
      return null;
    }
    OrderReport.count();
    return OrderReport.inversion(from.label, to.label, against);
  }

  /** The shortest way from one class to another, or null. */
  private static @Nullable List<Observed> path(Node start, Node goal) {
    Map<Node, Node> cameFrom = new HashMap<>();
    Set<Node> seen = new HashSet<>(Set.of(start));
    ArrayDeque<Node> open = new ArrayDeque<>(seen);
    for (Node node; (node = open.poll()) != null; ) {
      if (node == goal) {
        return edgesTo(goal, cameFrom);
      }
      for (Map.Entry<Node, Edge> edge : node.next.entrySet()) {
        Node next = edge.getKey();
        if (edge.getValue().against == null && !next.passedOn && seen.add(next)) {
          cameFrom.put(next, node);
          open.add(next);
        }
      }
    }
    return null;
  }

  private static List<Observed> edgesTo(Node goal, Map<Node, Node> cameFrom) {
    List<Observed> way = new ArrayList<>();
    Node to = goal;
    for (Node from; (from = cameFrom.get(to)) != null; to = from) {
      Edge edge = from.next.get(to);
      if (edge != null) {
        way.add(edge.seen);
      }
    }
    return way.reversed();
  }

  /** No order is kept between two classes from now on. */
  synchronized void allow(String a, String b) {
    allowed.add(Pair.of(a, b));
    remove(nodes.get(a), nodes.get(b));
    remove(nodes.get(b), nodes.get(a));
    reconsider();
  }

  private synchronized void remove(@Nullable Node from, @Nullable Node to) {
    if (from != null && to != null && from.next.remove(to) != null) {
      edges--;
    }
  }

  /** See I4. */
  private void reconsider() {
    for (Node from : nodes.values()) {
      for (Map.Entry<Node, Edge> entry : from.next.entrySet()) {
        Edge edge = entry.getValue();
        if (edge.against != null) {
          entry.setValue(new Edge(edge.seen, path(entry.getKey(), from)));
        }
      }
    }
  }

  boolean isAllowed(String a, String b) {
    return allowed.contains(Pair.of(a, b));
  }

  /** Locks of a class turn out to be released by other threads than those that took them. */
  void passOn(String label) {
    Node node = node(label);
    if (node != null && !node.passedOn) {
      synchronized (this) {
        node.passedOn = true;
        reconsider();
      }
    }
  }
}
