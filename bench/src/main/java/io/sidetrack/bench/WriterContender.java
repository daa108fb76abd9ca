package io.sidetrack.bench;

import static io.sidetrack.bench.WriterContender.Calls.BATCHES;
import static io.sidetrack.bench.WriterContender.Calls.ONE_BATCH;
import static io.sidetrack.bench.WriterContender.Calls.ONE_RECORD;
import static io.sidetrack.bench.WriterContender.Calls.PUTS;

import io.sidetrack.bench.contender.AsyncLoopMain;
import io.sidetrack.bench.contender.ConditionalPutsMain;
import io.sidetrack.bench.contender.OneByOneMain;
import io.sidetrack.bench.contender.ParallelConsumerMain;
import io.sidetrack.bench.contender.SyncBatchesMain;
import io.sidetrack.sandbox.ServiceProcess;
import java.util.Map;

/** The programs that write a lane to a table: Sidetrack's writer and its alternatives. */
enum WriterContender {
    SIDETRACK("Sidetrack", BATCHES, (machine, topic, inFlight) -> machine.writer(topic, inFlight, 0, Map.of())),
    /** The difference from {@link #SIDETRACK} is the cost of the commit gate. */
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
    private final Calls calls;
    /** The lambdas capture immutable values only, which Error Prone cannot verify. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final Starter starter;

    /** How a contender calls the table. */
    enum Calls {
        BATCHES(true, 25),
        PUTS(true, 1),
        ONE_BATCH(false, 25),
        ONE_RECORD(false, 1);

        private final boolean concurrent;
        private final int items;

        Calls(boolean concurrent, int items) {
            this.concurrent = concurrent;
            this.items = items;
        }
    }

    private interface Starter {
        ServiceProcess start(Machine machine, String topic, int inFlight);
    }

    WriterContender(String label, Calls calls, Starter starter) {
        this.label = label;
        this.calls = calls;
        this.starter = starter;
    }

    private static Starter program(Class<?> main) {
        return (machine, topic, inFlight) -> machine.contender(main, topic, inFlight);
    }

    ServiceProcess start(Machine machine, String topic, int inFlight) {
        return starter.start(machine, topic, inFlight);
    }

    /** True if the contender can have more than one call in flight. */
    boolean isConcurrent() {
        return calls.concurrent;
    }

    /** The records per second that the latency permits if everything else takes no time. */
    double ceiling(long latencyMs, int inFlight) {
        return (calls.concurrent ? inFlight : 1) * calls.items * 1000.0 / latencyMs;
    }
}
