package com.acme;

import com.hazelcast.cluster.Address;
import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;

/**
 * Shares a map between two members of a cluster on the loopback interface, and prints what came of
 * it. Every line that it prints is the same in each run.
 */
public final class HazelcastProgram {
  private static final int ENTRIES = 1000;

  private HazelcastProgram() {}

  /**
   * Runs.
   *
   * @param args none
   */
  public static void main(String[] args) {
    HazelcastInstance first = Hazelcast.newHazelcastInstance(config("first"));
    Address address = first.getCluster().getLocalMember().getAddress();
    Config joining = config("second");
    joining
        .getNetworkConfig()
        .getJoin()
        .getTcpIpConfig()
        .addMember(address.getHost() + ":" + address.getPort());
    HazelcastInstance second = Hazelcast.newHazelcastInstance(joining);
    System.out.println("members " + second.getCluster().getMembers().size());
    IMap<Integer, Integer> map = first.getMap("map");
    for (int i = 0; i < ENTRIES; i++) {
      map.put(i, i);
    }
    IMap<Integer, Integer> same = second.getMap("map");
    System.out.println("entries " + same.size());
    same.lock(1);
    System.out.println("locked: " + map.isLocked(1));
    same.unlock(1);
    System.out.println("free again: " + map.tryLock(1));
    map.unlock(1);
    second.shutdown();
    System.out.println("entries that are left " + map.size());
    first.shutdown();
  }

  /** Lets the system choose the port, and asks nothing of any other machine. */
  private static Config config(String name) {
    Config config = new Config();
    config.setInstanceName(name);
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.socket.bind.any", "false");
    config.setProperty("hazelcast.wait.seconds.before.join", "0");
    config.setProperty("hazelcast.logging.type", "none");
    config.setProperty("hazelcast.partition.count", "13");
    NetworkConfig network = config.getNetworkConfig().setPort(0);
    network.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true);
    return config;
  }
}
