package io.sidetrack.bench.faults;

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

/** One run: sources that are fed, routers, faults, and in the end an audit of each source. Use one a run; not thread-safe. */
public final class FaultRun {
    private static final Duration HEALING = Duration.ofMinutes(3);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    /** One attempt of several: a broker that was just killed or frozen does not respond at once. */
    private static final Duration ATTEMPT = Duration.ofSeconds(20);

    private static final Duration RETRY = Duration.ofSeconds(1);
    /** A broker's session in the sandbox is shorter. */
    private static final Duration BROKER_SESSION = Duration.ofSeconds(3);

    private static final Map<String, String> BROKERS = Map.of(
            "group.min.session.timeout.ms", "500",
            // A killed router's transaction is over when it has timed out, and somebody has looked.
            "transaction.abort.timed.out.transaction.cleanup.interval.ms", "500");

    private final Plan plan;
    private final Screen screen;
    private final SplittableRandom random;
    private final Waiting waiting;
    private final List<RouterPair> pairs = new ArrayList<>();
    private final List<Feed> feeds = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Map<Fault, Integer> done = new EnumMap<>(Fault.class);
    private final Map<Integer, Integer> kills = new HashMap<>();
    /** Of the routers, as they were when all brokers were there: a list cannot be had while one is gone. */
    private List<String> transactionalIds = List.of();

    private SandboxCluster cluster;
    private SandboxTopics topics;
    private long startNanos;

    /**
     * What is to be done.
     *
     * @param records of each source, at least
     * @param faults in all, 6 or more
     * @param perSecond records that each source receives while there are faults
     * @param guarantees one of them for each source, as in {@code ROUTER_PROCESSING_GUARANTEE}
     * @param limit of the whole run
     * @param logs a folder for what the routers write
     */
    public record Plan(
            int records, int faults, int perSecond, List<String> guarantees, long seed, Duration limit, Path logs) {}

    /**
     * How it went.
     *
     * @param lines for a reader
     * @param clean whether every router has kept what it promised, and none has ended by itself
     */
    public record Result(List<String> lines, boolean clean) {}

    public FaultRun(Plan plan, Screen screen) {
        this.plan = plan;
        this.screen = screen;
        this.random = new SplittableRandom(plan.seed());
        this.waiting = new Waiting(plan.limit());
    }

    /**
     * Runs it.
     *
     * @throws SandboxException if something that was waited for did not come; it names it
     */
    public Result run() {
        screen.say("seed " + plan.seed());
        startNanos = System.nanoTime();
        waiting.now("the start of the brokers");
        try (SandboxCluster brokers = SandboxCluster.start(BROKERS);
                SandboxTopics all = new SandboxTopics(brokers.bootstrapServers())) {
            cluster = brokers;
            topics = all;
            return runOn();
        } finally {
            threads.forEach(Thread::interrupt);
            pairs.forEach(RouterPair::close);
        }
    }

    private Result runOn() {
        boolean clean = false;
        try {
            start();
            suffer();
            settle();
            Result result = judge();
            clean = result.clean();
            return result;
        } finally {
            if (!clean) {
                screen.say("the brokers' data and logs stay in " + cluster.keepData() + ", the routers' in "
                        + plan.logs());
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
        waiting.now("routers that are ready");
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

    private void suffer() {
        List<Fault> schedule = Fault.schedule(plan.faults(), plan.seed());
        for (int i = 0; i < schedule.size(); i++) {
            Fault fault = schedule.get(i);
            show(i, fault);
            waiting.pass("the next fault", Duration.ofMillis(random.nextInt(1500)));
            boolean two = fault.isOfABroker()
                    && i + 1 < schedule.size()
                    && !schedule.get(i + 1).isOfABroker()
                    && random.nextBoolean();
            Optional<Fault> meanwhile = two ? Optional.of(schedule.get(++i)) : Optional.empty();
            transactionalIds = transactionalIds();
            commit(fault, meanwhile);
            pairs.forEach(RouterPair::revive);
            feeds.forEach(FaultRun::check);
        }
        for (int node : SandboxCluster.NODES) {
            if (kills.getOrDefault(node, 0) == 0) {
                count(Fault.KILL_BROKER);
                killBroker(node, Optional.empty());
            }
        }
    }

    private static void check(Feed feed) {
        if (feed.failure() != null) {
            throw new SandboxException("the source could not be fed", feed.failure());
        }
    }

    private void count(Fault fault) {
        done.merge(fault, 1, Integer::sum);
    }

    private void commit(Fault fault, Optional<Fault> meanwhile) {
        count(fault);
        waiting.now(fault.description());
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
            waiting.now(what);
            try {
                return call.get().get(ATTEMPT.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                if (System.nanoTime() - start > HEALING.toNanos()) {
                    throw new SandboxException("no success with " + what + ": " + e, e);
                }
                waiting.pass(what, RETRY);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SandboxException("interrupted", e);
            }
        }
    }

    private void killBroker(int node, Optional<Fault> meanwhile) {
        kills.merge(node, 1, Integer::sum);
        cluster.kill(node);
        // Before and after its leaderships have moved.
        waiting.pass("the restart of broker " + node, Duration.ofMillis(200 + random.nextInt(6000)));
        meanwhile.ifPresent(this::commitAlone);
        cluster.startAgain(node);
        inSync();
    }

    private void commitAlone(Fault fault) {
        commit(fault, Optional.empty());
    }

    private void freezeBroker(int node, Optional<Fault> meanwhile) {
        cluster.freeze(node);
        waiting.pass("the end of broker " + node + "'s freeze", BROKER_SESSION.plusMillis(random.nextInt(4000)));
        meanwhile.ifPresent(this::commitAlone);
        cluster.thaw(node);
        inSync();
    }

    private void restartInTurn(Optional<Fault> meanwhile) {
        for (int node : SandboxCluster.NODES) {
            cluster.stop(node);
            if (node == 2) {
                meanwhile.ifPresent(this::commitAlone);
            }
            cluster.startAgain(node);
            inSync();
        }
    }

    private void inSync() {
        waiting.now("replicas in sync");
        cluster.awaitInSync();
    }

    private void freezeRouter() {
        RouterPair pair = anyPair();
        int one = random.nextInt(2);
        pair.freeze(one);
        waiting.pass("the end of a router's freeze", RouterPair.SESSION.plusMillis(500 + random.nextInt(4000)));
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

    /** Everything is sent, and passed by the routers' groups. */
    private void settle() {
        feeds.forEach(Feed::end);
        for (Thread thread : threads) {
            waiting.until("the end of the " + thread.getName(), waiting.left(), () -> {
                show(plan.faults(), null);
                return !thread.isAlive();
            });
        }
        feeds.forEach(FaultRun::check);
        for (RouterPair pair : pairs) {
            waiting.until(pair.group() + " at the end of its source", HEALING, () -> {
                pair.revive();
                return lag(pair) == 0;
            });
        }
        waiting.now("the end of the routers");
        for (RouterPair pair : pairs) {
            if (!pair.stop(ANSWER)) {
                screen.say("a router of " + pair.source() + " did not stop cleanly");
            }
        }
    }

    private long lag(RouterPair pair) {
        long lag = topics.lag(pair.group(), pair.source());
        screen.show(String.format(Locale.ROOT, "%s: %,d records to route", pair.source(), lag));
        return lag;
    }

    private Result judge() {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "seed %d: %d faults in %s; brokers killed %s times",
                plan.seed(),
                done.values().stream().mapToInt(Integer::intValue).sum(),
                Screen.time(seconds),
                SandboxCluster.NODES.stream()
                        .map(node -> kills.getOrDefault(node, 0).toString())
                        .toList()));
        done.forEach(
                (fault, times) -> lines.add(String.format(Locale.ROOT, "  %3d times: %s", times, fault.description())));
        boolean clean = true;
        for (RouterPair pair : pairs) {
            waiting.now("the audit of " + pair.source());
            Verdict verdict = Verdict.of(pair, cluster.bootstrapServers(), waiting.left());
            lines.add(verdict.line());
            boolean kept = verdict.clean() && verdict.notYetRouted() == 0 && verdict.routed() >= plan.records();
            if (!kept) {
                lines.add(verdict.json());
            }
            if (pair.endedByThemselves() > 0) {
                lines.add(pair.endedByThemselves() + " routers of " + pair.source() + " ended by themselves");
            }
            clean &= kept && pair.endedByThemselves() == 0;
        }
        return new Result(lines, clean);
    }

    /** What is waited for. */
    public String waitingFor() {
        return waiting.current();
    }

    private void show(int faults, Fault next) {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        long sent = feeds.stream().mapToLong(Feed::sent).sum();
        double left = faults == 0 ? 0 : seconds / faults * (plan.faults() - faults);
        screen.show(String.format(
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
