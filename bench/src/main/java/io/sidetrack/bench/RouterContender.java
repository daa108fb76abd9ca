package io.sidetrack.bench;

import io.sidetrack.bench.contender.BareStreamsMain;
import io.sidetrack.bench.contender.RouteLoopMain;
import io.sidetrack.sandbox.ServiceProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The programs that route a topic to two lanes: Sidetrack's router and its alternatives. */
enum RouterContender {
    SIDETRACK("Sidetrack", "exactly once", router(Map.of())),
    /** With every rule except the cut, which costs less than any other. */
    SIDETRACK_ALL_RULES(
            "Sidetrack, all rules",
            "exactly once",
            router(Map.of(
                    "ROUTER_BACKFILL_OLDER_THAN_MS", "315360000000",
                    "ROUTER_BACKFILL_BEFORE", "1999-01-01T00:00:00Z",
                    "ROUTER_BACKFILL_KEYS", "a,b,c",
                    "ROUTER_BACKFILL_KEY_PREFIXES", "import-,tenant-7-",
                    "ROUTER_BACKFILL_KEY_RATE", "1000000"))),
    TRANSACTIONAL_LOOP("loop with transactions", "exactly once", program(RouteLoopMain.class, "true", "false")),
    TRANSACTIONAL_LOOP_WITH_HEADER(
            "loop with transactions and the header", "exactly once", program(RouteLoopMain.class, "true", "true")),
    BARE_STREAMS("plain Kafka Streams", "exactly once", program(BareStreamsMain.class, "exactly_once_v2")),
    SIDETRACK_AT_LEAST_ONCE(
            "Sidetrack", "at least once", router(Map.of("ROUTER_PROCESSING_GUARANTEE", "at_least_once"))),
    PLAIN_LOOP("loop without transactions", "at least once", program(RouteLoopMain.class, "false", "false")),
    PLAIN_LOOP_WITH_HEADER("loop with the header", "at least once", program(RouteLoopMain.class, "false", "true")),
    BARE_STREAMS_AT_LEAST_ONCE("plain Kafka Streams", "at least once", program(BareStreamsMain.class, "at_least_once"));

    final String label;
    final String guarantee;

    @SuppressWarnings(
            "ImmutableEnumChecker") // The lambdas capture immutable values only, which Error Prone cannot verify.
    private final Starter starter;

    private interface Starter {
        ServiceProcess start(Machine machine, Lanes lanes);
    }

    /** The topics of one run. */
    record Lanes(String source, String live, String backfill) {}

    RouterContender(String label, String guarantee, Starter starter) {
        this.label = label;
        this.guarantee = guarantee;
        this.starter = starter;
    }

    private static Starter router(Map<String, String> settings) {
        return (machine, lanes) -> machine.router(lanes, 0, settings);
    }

    private static Starter program(Class<?> main, String... arguments) {
        return (machine, lanes) -> {
            List<String> all = new ArrayList<>(List.of(lanes.source(), lanes.live(), lanes.backfill()));
            all.addAll(List.of(arguments));
            return machine.contender(main, all);
        };
    }

    ServiceProcess start(Machine machine, Lanes lanes) {
        return starter.start(machine, lanes);
    }
}
