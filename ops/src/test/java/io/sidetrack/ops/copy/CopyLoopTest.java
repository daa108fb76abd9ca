package io.sidetrack.ops.copy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.topic.TopicIdentity;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.RateLimit;
import io.sidetrack.ops.StopRequest;
import io.sidetrack.ops.cluster.OffsetRange;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class CopyLoopTest {
    private static final int RECORDS = 9;

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

    private CopyState run(BooleanSupplier stopped, Runnable beforeFinish) {
        CopyRun run = new CopyRun(
                1,
                "all",
                new Slice("orders", new TreeMap<>(Map.of(0, new OffsetRange(0, RECORDS)))),
                new TopicIdentity("c", "s"),
                "lane",
                new TopicIdentity("c", "t"),
                1,
                null,
                1,
                0);
        Copying copying = new Copying("lane", record -> true, Placement.byKey(1), ConsumerRecord::headers);
        CopyTransactions transactions = new CopyTransactions(
                producer,
                new JournalTopic(null, "journal"),
                "id",
                CopyState.begin(run),
                copying,
                Clock.systemUTC(),
                line -> {});
        producer.initTransactions();
        return new CopyLoop(
                        transactions,
                        copying,
                        new CopyBatch(new CopyBatch.Limits(4, 1_000, Long.MAX_VALUE), () -> 0),
                        1_000,
                        new RateLimit(0, () -> 0, new StopRequest(Thread.currentThread())),
                        stopped,
                        beforeFinish,
                        state -> {})
                .run(new Source());
    }

    private long copies() {
        return producer.history().stream()
                .filter(record -> record.topic().equals("lane"))
                .count();
    }

    @Test
    void stopAtAnyMomentNeverFinishesARunWhoseLastRecordsAreNotCopied() {
        int moment = 0;
        boolean finished = false;
        while (!finished) {
            CopyLoopTest one = new CopyLoopTest();
            AtomicInteger checks = new AtomicInteger();
            int last = moment++;
            CopyState state = one.run(() -> checks.getAndIncrement() >= last, () -> {});
            assertThat(one.copies())
                    .as("stopped at check %d", last)
                    .isEqualTo(state.tally().copied());
            finished = state.run().hasFinished();
            assertThat(finished && one.copies() < RECORDS)
                    .as("stopped at check %d: finished with %d of %d", last, one.copies(), RECORDS)
                    .isFalse();
        }
        assertThat(moment).isGreaterThan(RECORDS);
    }

    @Test
    void runWhoseTopicsAreOthersNowDoesNotFinish() {
        assertThatThrownBy(() -> run(() -> false, () -> {
                    throw new OpsException("another topic");
                }))
                .isInstanceOf(OpsException.class)
                .hasMessage("another topic");
        assertThat(copies()).isEqualTo(RECORDS);
        assertThat(producer.history())
                .noneMatch(record ->
                        record.topic().equals("journal") && new String(record.key(), UTF_8).equals("copy/id"));
    }

    /** Nine records in three polls. */
    private static final class Source implements SliceSource {
        private long next;

        @Override
        public boolean isDone() {
            return next == RECORDS;
        }

        @Override
        public void poll(Visitor to) {
            for (int i = 0; i < 3; i++) {
                to.record(new ConsumerRecord<>("orders", 0, next++, "k".getBytes(UTF_8), new byte[] {1}));
            }
            to.passed(0, next);
        }
    }
}
