package io.sidetrack.sandbox.faults;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** A fault that a run injects. */
enum ClusterFault {
    /** SIGKILL of a broker that coordinates transactions of a router, and a restart. */
    KILL_TRANSACTION_COORDINATOR("kill the broker that coordinates a router's transactions"),
    /** SIGKILL of the broker that coordinates the routers' group, and a restart. */
    KILL_GROUP_COORDINATOR("kill the broker that coordinates the routers' group"),
    /** SIGKILL of a broker that leads a partition of a lane, and a restart. */
    KILL_LANE_LEADER("kill the broker that leads a partition of a lane"),
    /** SIGKILL of the broker that was killed least often, and a restart. */
    KILL_BROKER("kill a broker"),
    /** SIGSTOP of a broker for longer than its session, then SIGCONT: it still acts as a leader at first. */
    FREEZE_BROKER("freeze a broker"),
    /** A clean restart of each broker in turn. */
    ROLLING_RESTART("restart every broker in turn"),
    /** SIGKILL of a router, and the start of another. */
    KILL_ROUTER("kill a router"),
    /**
     * SIGSTOP of a router for longer than its session, then SIGCONT: it first continues with the records that it had read.
     */
    FREEZE_ROUTER("freeze a router"),
    /** A new epoch for every transactional id, which fences all producers of the routers. */
    FENCE_ROUTERS("fence the routers' producers");

    /**
     * The shortest schedule that tests every promise: as many kills of brokers as there are brokers, and faults of routers.
     */
    private static final List<ClusterFault> SHORTEST =
            List.of(KILL_TRANSACTION_COORDINATOR, KILL_BROKER, KILL_BROKER, KILL_ROUTER, FREEZE_ROUTER, FENCE_ROUTERS);

    private final String description;

    ClusterFault(String description) {
        this.description = description;
    }

    /** True if the fault affects brokers, not routers. */
    boolean isOfABroker() {
        return compareTo(ROLLING_RESTART) <= 0;
    }

    String description() {
        return description;
    }

    /**
     * A random schedule that is determined by a seed. In long schedules, all faults are about equally frequent.
     *
     * @param faults the number of faults; at least 6
     */
    static List<ClusterFault> schedule(int faults, long seed) {
        Random random = new Random(seed);
        List<ClusterFault> schedule = new ArrayList<>(SHORTEST);
        while (schedule.size() < faults) {
            List<ClusterFault> round = new ArrayList<>(List.of(values()));
            Collections.shuffle(round, random);
            schedule.addAll(round.subList(0, Math.min(round.size(), faults - schedule.size())));
        }
        Collections.shuffle(schedule, random);
        return List.copyOf(schedule);
    }
}
