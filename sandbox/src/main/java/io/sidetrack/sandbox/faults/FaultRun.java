package io.sidetrack.sandbox.faults;

import io.sidetrack.sandbox.SandboxCluster;
import io.sidetrack.sandbox.SandboxException;
import io.sidetrack.sandbox.SandboxTopics;
import io.sidetrack.sandbox.Screen;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.KafkaFuture;

/**
 * A run: feeds that fill sources, routers, a schedule of faults, and finally an audit of each source. An instance is for one
 * run; not thread-safe.
 */
public final class FaultRun {
    private static final Duration CATCH_UP_LIMIT = Duration.ofMinutes(3);
    private static final Duration RESPONSE_LIMIT = Duration.ofSeconds(60);
    /** The limit of one attempt: a broker that was just killed or frozen does not respond at once. */
    private static final Duration ATTEMPT_LIMIT = Duration.ofSeconds(20);

    private static final Duration RETRY_DELAY = Duration.ofSeconds(1);
    /** Longer than the session timeout of the sandbox's brokers. */
    private static final Duration BROKER_SESSION = Duration.ofSeconds(3);

    private static final Map<String, String> BROKERS = Map.of(
            "group.min.session.timeout.ms", "500",
            // How often brokers look for transactions that have timed out, such as those of killed routers.
            "transaction.abort.timed.out.transaction.cleanup.interval.ms", "500");

    private final Plan plan;
    private final Screen screen;
    private final SplittableRandom random;
    private final RunProgress progress;
    private final List<RouterPair> pairs = new ArrayList<>();
    private final List<Feed> feeds = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Map<ClusterFault, Integer> injected = new EnumMap<>(ClusterFault.class);
    private final Map<Integer, Integer> kills = new HashMap<>();
    /** The routers' transactional ids, listed while all brokers were running: listing fails while one is down. */
    private List<String> transactionalIds = List.of();

    private SandboxCluster cluster;
    private SandboxTopics topics;
    private long startNanos;

    /**
     * The parameters of a run.
     *
     * @param records the minimum number of records of each source
     * @param faults the number of faults; at least 6
     * @param perSecond the rate of each source while faults are injected
     * @param guarantees a value of {@code ROUTER_PROCESSING_GUARANTEE} for each source
     * @param limit the time limit of the whole run
     * @param logs the folder of the routers' logs
     */
    public record Plan(
            int records, int faults, int perSecond, List<String> guarantees, long seed, Duration limit, Path logs) {}

    /**
     * The result of a run.
     *
     * @param lines a report
     * @param clean true if all routers kept their guarantee and none exited unexpectedly
     */
    public record Result(List<String> lines, boolean clean) {}

    public FaultRun(Plan plan, Screen screen) {
        this.plan = plan;
        this.screen = screen;
        this.random = new SplittableRandom(plan.seed());
        this.progress = new RunProgress(plan.limit());
    }

    /**
     * Executes the run.
     *
     * @throws SandboxException if a step failed or took too long; {@link #step} returns it
     */
    public Result run() {
        screen.print("seed " + plan.seed());
        startNanos = System.nanoTime();
        progress.step("the start of the brokers");
        try (SandboxCluster brokers = SandboxCluster.start(BROKERS);
                SandboxTopics all = new SandboxTopics(brokers.bootstrapServers())) {
            cluster = brokers;
            topics = all;
            return runOnCluster();
        } finally {
            threads.forEach(Thread::interrupt);
            pairs.forEach(RouterPair::close);
        }
    }

    private Result runOnCluster() {
        boolean clean = false;
        try {
            start();
            injectFaults();
            awaitRouted();
            Result result = audit();
            clean = result.clean();
            return result;
        } finally {
            if (!clean) {
                screen.print("data and logs of the brokers are kept in " + cluster.keepData()
                        + ", logs of the routers in " + plan.logs());
            }
        }
    }

    private void start() {
        for (String guarantee : plan.guarantees()) {
            RouterPair pair = new RouterPair(cluster.bootstrapServers(), guarantee, plan.logs());
            pair.createTopics(topics);
            pair.start();
            pairs.add(pair);
        }
        progress.step("the start of the routers");
        pairs.forEach(RouterPair::awaitReady);
        for (RouterPair pair : pairs) {
            Feed feed = new Feed(
                    cluster.bootstrapServers(), pair.source(), plan.perSecond(), plan.records(), random.nextLong());
            Thread thread = new Thread(feed, "feed of " + pair.source());
            thread.setDaemon(true);
            thread.start();
            feeds.add(feed);
            threads.add(thread);
        }
    }

    private void injectFaults() {
        List<ClusterFault> schedule = ClusterFault.schedule(plan.faults(), plan.seed());
        for (int i = 0; i < schedule.size(); i++) {
            ClusterFault fault = schedule.get(i);
            show(i, fault);
            progress.pause("the next fault", Duration.ofMillis(random.nextInt(1500)));
            boolean overlaps = fault.isOfABroker()
                    && i + 1 < schedule.size()
                    && !schedule.get(i + 1).isOfABroker()
                    && random.nextBoolean();
            Optional<ClusterFault> meanwhile = overlaps ? Optional.of(schedule.get(++i)) : Optional.empty();
            transactionalIds = transactionalIds();
            inject(fault, meanwhile);
            pairs.forEach(RouterPair::restartExited);
            feeds.forEach(FaultRun::check);
        }
        for (int node : SandboxCluster.NODES) {
            if (kills.getOrDefault(node, 0) == 0) {
                count(ClusterFault.KILL_BROKER);
                killBroker(node, Optional.empty());
            }
        }
    }

    private static void check(Feed feed) {
        if (feed.failure() != null) {
            throw new SandboxException("a feed failed", feed.failure());
        }
    }

    private void count(ClusterFault fault) {
        injected.merge(fault, 1, Integer::sum);
    }

    private void inject(ClusterFault fault, Optional<ClusterFault> meanwhile) {
        count(fault);
        progress.step(fault.description());
        switch (fault) {
            case KILL_TRANSACTION_COORDINATOR -> killBroker(transactionCoordinator(), meanwhile);
            case KILL_GROUP_COORDINATOR ->
                killBroker(cluster.groupCoordinator(anyPair().group()), meanwhile);
            case KILL_LANE_LEADER -> killBroker(laneLeader(), meanwhile);
            case KILL_BROKER -> killBroker(leastKilled(), meanwhile);
            case FREEZE_BROKER -> freezeBroker(1 + random.nextInt(SandboxCluster.NODES.size()), meanwhile);
            case ROLLING_RESTART -> restartInTurn(meanwhile);
            case KILL_ROUTER -> anyPair().replace(random.nextInt(2));
            case FREEZE_ROUTER -> freezeRouter();
            case FENCE_ROUTERS -> fence();
        }
    }

    private RouterPair anyPair() {
        return pairs.get(random.nextInt(pairs.size()));
    }

    private int laneLeader() {
        RouterPair pair = anyPair();
        return cluster.leaderOf(pair.lanes().get(random.nextInt(2)), random.nextInt(Feed.partitions()));
    }

    private int leastKilled() {
        return SandboxCluster.NODES.stream()
                .min(Comparator.comparing(node -> kills.getOrDefault(node, 0)))
                .orElseThrow();
    }

    private int transactionCoordinator() {
        List<String> ids = transactionalIds();
        return ids.isEmpty() ? leastKilled() : cluster.transactionCoordinator(ids.get(random.nextInt(ids.size())));
    }

    private List<String> transactionalIds() {
        return retried(
                        "the list of transactions",
                        () -> topics.admin().listTransactions().all())
                .stream()
                .map(TransactionListing::transactionalId)
                .filter(id -> id.startsWith("router-"))
                .sorted()
                .toList();
    }

    /** Repeats a call to the brokers, which fails while one of them that it needs is starting or frozen. */
    private <T> T retried(String what, Supplier<KafkaFuture<T>> call) {
        long start = System.nanoTime();
        while (true) {
            progress.step(what);
            try {
                return call.get().get(ATTEMPT_LIMIT.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                if (System.nanoTime() - start > CATCH_UP_LIMIT.toNanos()) {
                    throw new SandboxException("no success with " + what + ": " + e, e);
                }
                progress.pause(what, RETRY_DELAY);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SandboxException("interrupted", e);
            }
        }
    }

    private void killBroker(int node, Optional<ClusterFault> meanwhile) {
        kills.merge(node, 1, Integer::sum);
        cluster.kill(node);
        // Either before or after its leaderships have moved.
        progress.pause("the restart of broker " + node, Duration.ofMillis(200 + random.nextInt(6000)));
        meanwhile.ifPresent(this::injectAlone);
        cluster.startAgain(node);
        awaitInSync();
    }

    private void injectAlone(ClusterFault fault) {
        inject(fault, Optional.empty());
    }

    private void freezeBroker(int node, Optional<ClusterFault> meanwhile) {
        cluster.freeze(node);
        progress.pause("the end of broker " + node + "'s freeze", BROKER_SESSION.plusMillis(random.nextInt(4000)));
        meanwhile.ifPresent(this::injectAlone);
        cluster.thaw(node);
        awaitInSync();
    }

    private void restartInTurn(Optional<ClusterFault> meanwhile) {
        for (int node : SandboxCluster.NODES) {
            cluster.stop(node);
            if (node == 2) {
                meanwhile.ifPresent(this::injectAlone);
            }
            cluster.startAgain(node);
            awaitInSync();
        }
    }

    private void awaitInSync() {
        progress.step("all replicas to be in sync");
        cluster.awaitInSync();
    }

    private void freezeRouter() {
        RouterPair pair = anyPair();
        int one = random.nextInt(2);
        pair.freeze(one);
        progress.pause("the end of a router's freeze", RouterPair.SESSION.plusMillis(500 + random.nextInt(4000)));
        pair.thaw(one);
    }

    private void fence() {
        if (transactionalIds.isEmpty()) {
            return;
        }
        var unused = retried(
                "the fencing of producers",
                () -> topics.admin().fenceProducers(transactionalIds).all());
    }

    /** Waits until the feeds have ended and the routers have committed every record. */
    private void awaitRouted() {
        feeds.forEach(Feed::finish);
        for (Thread thread : threads) {
            progress.await("the end of the " + thread.getName(), progress.remaining(), () -> {
                show(plan.faults(), null);
                return !thread.isAlive();
            });
        }
        feeds.forEach(FaultRun::check);
        for (RouterPair pair : pairs) {
            progress.await(pair.group() + " to reach the end of its source", CATCH_UP_LIMIT, () -> {
                pair.restartExited();
                return lag(pair) == 0;
            });
        }
        progress.step("the end of the routers");
        for (RouterPair pair : pairs) {
            if (!pair.stop(RESPONSE_LIMIT)) {
                screen.print("a router of " + pair.source() + " did not stop cleanly");
            }
        }
    }

    private long lag(RouterPair pair) {
        long lag = topics.lag(pair.group(), pair.source());
        screen.status(String.format(Locale.ROOT, "%s: %,d records to route", pair.source(), lag));
        return lag;
    }

    private Result audit() {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "seed %d: %d faults in %s; kills of each broker: %s",
                plan.seed(),
                injected.values().stream().mapToInt(Integer::intValue).sum(),
                Screen.time(seconds),
                SandboxCluster.NODES.stream()
                        .map(node -> kills.getOrDefault(node, 0).toString())
                        .toList()));
        injected.forEach(
                (fault, times) -> lines.add(String.format(Locale.ROOT, "  %3d times: %s", times, fault.description())));
        boolean clean = true;
        for (RouterPair pair : pairs) {
            progress.step("the audit of " + pair.source());
            AuditResult audit = AuditResult.of(pair, cluster.bootstrapServers(), progress.remaining());
            lines.add(audit.line());
            boolean kept = audit.clean() && audit.notYetRouted() == 0 && audit.routed() >= plan.records();
            if (!kept) {
                lines.add(audit.json());
            }
            if (pair.unexpectedExits() > 0) {
                lines.add(pair.unexpectedExits() + " routers of " + pair.source() + " exited unexpectedly");
            }
            clean &= kept && pair.unexpectedExits() == 0;
        }
        return new Result(lines, clean);
    }

    /** The step that is executing, or that failed. */
    public String step() {
        return progress.step();
    }

    private void show(int faults, ClusterFault next) {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        long sent = feeds.stream().mapToLong(Feed::sent).sum();
        double left = faults == 0 ? 0 : seconds / faults * (plan.faults() - faults);
        screen.status(String.format(
                Locale.ROOT,
                "%d of %d faults%s, %,d records sent, %,.0f/s, %s left",
                faults,
                plan.faults(),
                next == null ? "" : " (" + next.description() + ")",
                sent,
                sent / seconds,
                faults == 0 ? "?" : Screen.time(left)));
    }
}
