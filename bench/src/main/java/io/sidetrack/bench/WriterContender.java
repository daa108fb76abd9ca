package io.sidetrack.bench;

import static io.sidetrack.bench.Contender.Way.BATCHES;
import static io.sidetrack.bench.Contender.Way.ONE_BATCH;
import static io.sidetrack.bench.Contender.Way.ONE_RECORD;
import static io.sidetrack.bench.Contender.Way.PUTS;

import io.sidetrack.bench.contender.AsyncLoopMain;
import io.sidetrack.bench.contender.ConditionalPutsMain;
import io.sidetrack.bench.contender.OneByOneMain;
import io.sidetrack.bench.contender.ParallelConsumerMain;
import io.sidetrack.bench.contender.SyncBatchesMain;
import io.sidetrack.sandbox.ServiceProcess;
import java.util.Map;

/** Who is measured. */
enum Contender {
    SIDETRACK("Sidetrack", BATCHES, (machine, topic, inFlight) -> machine.writer(topic, inFlight, 0, Map.of())),
    /** What the commit gate costs is the difference to {@link #SIDETRACK}. */
    SIDETRACK_WITHOUT_COMMITS(
            "Sidetrack, no commits",
            BATCHES,
            (machine, topic, inFlight) ->
                    machine.writer(topic, inFlight, 0, Map.of("KAFKA_COMMIT_INTERVAL_MS", "86400000"))),
    KEEP_EXISTING(
            "Sidetrack, keep-existing",
            BATCHES,
            (machine, topic, inFlight) -> machine.writer(topic, inFlight, 0, Map.of("WRITER_MODE", "keep-existing"))),
    NEWEST_WINS(
            "Sidetrack, newest-wins",
            BATCHES,
            (machine, topic, inFlight) -> machine.writer(topic, inFlight, 0, Map.of("WRITER_MODE", "newest-wins"))),
    CONDITIONAL_PUTS("conditional puts, one for each partition", PUTS, program(ConditionalPutsMain.class)),
    PARALLEL_CONSUMER("Parallel Consumer", BATCHES, program(ParallelConsumerMain.class)),
    ASYNC_LOOP("async SDK loop", BATCHES, program(AsyncLoopMain.class)),
    SYNC_BATCHES("batches of 25, one at a time", ONE_BATCH, program(SyncBatchesMain.class)),
    ONE_BY_ONE("one record at a time", ONE_RECORD, program(OneByOneMain.class));

    final String label;
    private final Way way;
    /** Holds nothing, which Error Prone cannot see of a lambda. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final Starter starter;

    /** How it calls the table. */
    enum Way {
        BATCHES(true, 25),
        PUTS(true, 1),
        ONE_BATCH(false, 25),
        ONE_RECORD(false, 1);

        private final boolean concurrent;
        private final int items;

        Way(boolean concurrent, int items) {
            this.concurrent = concurrent;
            this.items = items;
        }
    }

    private interface Starter {
        ServiceProcess start(Machine machine, String topic, int inFlight);
    }

    Contender(String label, Way way, Starter starter) {
        this.label = label;
        this.way = way;
        this.starter = starter;
    }

    private static Starter program(Class<?> main) {
        return (machine, topic, inFlight) -> machine.contender(main, topic, inFlight);
    }

    ServiceProcess start(Machine machine, String topic, int inFlight) {
        return starter.start(machine, topic, inFlight);
    }

    /** Whether it can have more than one call in flight. */
    boolean isConcurrent() {
        return way.concurrent;
    }

    /** The records a second that the latency permits, were everything else free. */
    double ceiling(long latencyMs, int inFlight) {
        return (way.concurrent ? inFlight : 1) * way.items * 1000.0 / latencyMs;
    }
}
