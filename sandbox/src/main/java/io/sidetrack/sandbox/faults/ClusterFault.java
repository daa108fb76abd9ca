package io.sidetrack.sandbox.faults;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** What is done to a run. */
enum ClusterFault {
    /** SIGKILL of a broker that coordinates transactions of a router, and a restart. */
    KILL_TRANSACTION_COORDINATOR("kill the broker that coordinates a router's transactions"),
    /** SIGKILL of the broker that coordinates the routers' group, and a restart. */
    KILL_GROUP_COORDINATOR("kill the broker that coordinates the routers' group"),
    /** SIGKILL of a broker that leads a partition of a lane, and a restart. */
    KILL_LANE_LEADER("kill the broker that leads a partition of a lane"),
    /** SIGKILL of the broker that was killed least, and a restart. */
    KILL_BROKER("kill a broker"),
    /** SIGSTOP of a broker for longer than its session, then SIGCONT: it still takes itself for a leader. */
    FREEZE_BROKER("freeze a broker"),
    /** A clean restart of each broker in turn. */
    ROLLING_RESTART("restart every broker in turn"),
    /** SIGKILL of a router, which is replaced. */
    KILL_ROUTER("kill a router"),
    /** SIGSTOP of a router for longer than its session, then SIGCONT: it goes on sending what it had. */
    FREEZE_ROUTER("freeze a router"),
    /** A new epoch for every transactional id: no producer of the routers may go on. */
    FENCE_ROUTERS("fence the routers' producers");

    /** The least that shows each promise to hold: each broker is killed once, whoever is what. */
    private static final List<ClusterFault> SHORTEST =
            List.of(KILL_TRANSACTION_COORDINATOR, KILL_BROKER, KILL_BROKER, KILL_ROUTER, FREEZE_ROUTER, FENCE_ROUTERS);

    private final String description;

    ClusterFault(String description) {
        this.description = description;
    }

    /** Whether brokers are at fault, and not routers. */
    boolean isOfABroker() {
        return compareTo(ROLLING_RESTART) <= 0;
    }

    String description() {
        return description;
    }

    /**
     * A schedule from a seed, in which every fault occurs about as often as every other, if there are enough.
     *
     * @param faults how many; 6 or more
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
