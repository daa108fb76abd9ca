package io.sidetrack.ops.copy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.topic.TopicIdentity;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.RateLimit;
import io.sidetrack.ops.StopRequest;
import io.sidetrack.ops.cluster.OffsetRange;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/**
 * A copy against a model of its topics, which is killed, stopped, refused and extended at random. After the last run, each selected
 * record of the slice is in the target exactly once and in order, or was refused.
 */
class CopySimulationTest {
    private static final int SCHEDULES = Integer.getInteger("simulation.runs", 400);
    private static final String TOPIC = "orders";
    private static final String TARGET = "orders-backfill";
    private static final String JOURNAL = "journal";
    private static final String ID = "some-copy";
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(1_000), ZoneOffset.UTC);

    /** A process that ends here. It is no Kafka exception, so nothing handles it. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void everySelectedRecordIsCopiedOnceAndInOrderWhateverHappens() {
        Long only = Long.getLong("sidetrack.seed");
        long first = only == null ? new Random().nextLong() : only;
        int kills = 0;
        int refusals = 0;
        for (int i = 0; i < (only == null ? SCHEDULES : 1); i++) {
            Schedule schedule = new Schedule(first + i);
            schedule.run();
            kills += schedule.kills;
            refusals += schedule.refused.size();
        }
        // The schedules contain what they are for.
        assertThat(only != null || (kills > SCHEDULES && refusals > SCHEDULES / 4))
                .as("%d kills, %d refusals", kills, refusals)
                .isTrue();
    }

    private static final class Schedule {
        private final long seed;
        private final Random random;
        /** The offsets of each partition with a committed record; the others are markers, aborted or compacted. */
        private final Map<Integer, TreeMap<Long, ConsumerRecord<byte[], byte[]>>> log = new HashMap<>();

        private final SortedMap<Integer, OffsetRange> held = new TreeMap<>();
        private final List<ProducerRecord<byte[], byte[]>> committed = new ArrayList<>();
        private final List<String> refused = new ArrayList<>();
        private final int killEvery;
        private int kills;
        private long nanos;

        Schedule(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.killEvery = 3 + random.nextInt(200);
            int partitions = 1 + random.nextInt(4);
            for (int partition = 0; partition < partitions; partition++) {
                log.put(partition, new TreeMap<>());
                long start = random.nextInt(5);
                held.put(partition, new OffsetRange(start, start));
                grow(partition);
            }
        }

        private void grow(int partition) {
            OffsetRange range = held.get(partition);
            long end = range.end() + random.nextInt(60);
            for (long offset = range.end(); offset < end; offset++) {
                if (random.nextInt(4) > 0) {
                    String value = (random.nextInt(50) == 0 ? "huge-" : random.nextInt(3) == 0 ? "other-" : "wanted-")
                            + partition + "-" + offset;
                    log.get(partition)
                            .put(
                                    offset,
                                    new ConsumerRecord<>(
                                            TOPIC,
                                            partition,
                                            offset,
                                            ("k" + random.nextInt(5)).getBytes(UTF_8),
                                            value.getBytes(UTF_8)));
                }
            }
            held.put(partition, new OffsetRange(range.start(), end));
        }

        void run() {
            Slice slice = new Slice(TOPIC, held);
            for (int extensions = random.nextInt(3); extensions >= 0; extensions--) {
                runToEnd(slice);
                assertExact(slice);
                held.keySet().forEach(this::grow);
                slice = slice.extendedTo(held);
            }
        }

        /** Runs processes, one after the other, until one finishes the slice. */
        private void runToEnd(Slice slice) {
            int processes = 0;
            boolean finished = false;
            while (!finished) {
                assertThat(processes++).as(this::name).isLessThan(10_000);
                FragileProducer producer = new FragileProducer();
                try {
                    finished = process(slice, producer);
                } catch (Killed e) {
                    kills++;
                } catch (OpsException e) {
                    assertThat(e)
                            .as(name())
                            .hasMessageContaining("run it again")
                            .hasMessageNotContaining("\n");
                    kills++;
                }
                committed.addAll(producer.history());
            }
        }

        /** What a process does from its start on: it knows only what is committed. */
        private boolean process(Slice slice, FragileProducer producer) {
            JournalTopic.Reading reading = new JournalTopic.Reading(ID);
            committed.stream()
                    .filter(record -> record.topic().equals(JOURNAL))
                    .forEach(record -> reading.add(new ConsumerRecord<>(JOURNAL, 0, 0, record.key(), record.value())));
            Optional<CopyState> earlier = reading.state();
            CopyRun run = earlier.map(CopyState::run)
                    .orElse(new CopyRun(
                            1,
                            "all",
                            slice,
                            new TopicIdentity("c", "s"),
                            TARGET,
                            new TopicIdentity("c", "t"),
                            7,
                            null,
                            1,
                            0));
            Copying copying = new Copying(
                    TARGET,
                    record -> !text(record.value()).startsWith("other"),
                    Placement.byKey(7),
                    ConsumerRecord::headers);
            StopRequest stop = new StopRequest(Thread.currentThread());
            CopyTransactions transactions = new CopyTransactions(
                    producer,
                    new JournalTopic(null, JOURNAL),
                    ID,
                    earlier.orElse(CopyState.begin(run)),
                    copying,
                    CLOCK,
                    refused::add);
            if (earlier.isEmpty() || !run.slice().equals(slice)) {
                transactions.send(List.of(new Step.Recorded(earlier.isEmpty() ? run : run.with(slice))));
            }
            CopyBatch batch = new CopyBatch(
                    new CopyBatch.Limits(1 + random.nextInt(20), 1 + random.nextInt(2_000), random.nextInt(5_000)),
                    () -> nanos += random.nextInt(100));
            CopyLoop loop = new CopyLoop(
                    transactions,
                    copying,
                    batch,
                    5 + random.nextInt(20),
                    new RateLimit(0, () -> 0, stop),
                    stop::isRequested,
                    () -> {},
                    now -> stopSometimes(stop));
            CopyState state = loop.run(new ModelSource(transactions.state().open()));
            assertThat(state.run().hasFinished() || stop.isRequested())
                    .as(name())
                    .isTrue();
            return state.run().hasFinished();
        }

        private void stopSometimes(StopRequest stop) {
            if (random.nextInt(killEvery) == 0) {
                stop.request();
            }
        }

        private void assertExact(Slice slice) {
            Map<Integer, List<String>> expected = new TreeMap<>();
            List<String> huge = new ArrayList<>();
            slice.ranges().forEach((partition, range) -> log.get(partition)
                    .subMap(range.start(), range.end())
                    .values()
                    .forEach(record -> {
                        String value = text(record.value());
                        if (value.startsWith("wanted")) {
                            expected.computeIfAbsent(partition, none -> new ArrayList<>())
                                    .add(value);
                        } else if (value.startsWith("huge")) {
                            huge.add("%s, partition %d, offset %d: ".formatted(TOPIC, partition, record.offset()));
                        }
                    }));
            Map<Integer, List<String>> copied = new TreeMap<>();
            committed.stream().filter(record -> record.topic().equals(TARGET)).forEach(record -> {
                String value = text(record.value());
                copied.computeIfAbsent(
                                Integer.parseInt(value.substring(value.indexOf('-') + 1, value.lastIndexOf('-'))),
                                none -> new ArrayList<>())
                        .add(value);
            });
            assertThat(copied).as(name()).isEqualTo(expected);
            // Copies of one key are in one partition, in this order.
            assertThat(committed)
                    .as(name())
                    .filteredOn(record -> record.topic().equals(TARGET))
                    .allSatisfy(record -> assertThat(record.partition())
                            .isEqualTo(Placement.byKey(7)
                                    .partition(new ConsumerRecord<>(TOPIC, 0, 0, record.key(), null))
                                    .orElseThrow()));
            for (String where : huge) {
                assertThat(refused).as(name()).anyMatch(line -> line.startsWith(where));
            }
            JournalTopic.Reading reading = new JournalTopic.Reading(ID);
            committed.stream()
                    .filter(record -> record.topic().equals(JOURNAL))
                    .forEach(record -> reading.add(new ConsumerRecord<>(JOURNAL, 0, 0, record.key(), record.value())));
            CopyTally tally = reading.state().orElseThrow().tally();
            assertThat(tally.refused()).as(name()).isEqualTo(huge.size());
            assertThat(tally.copied())
                    .as(name())
                    .isEqualTo(copied.values().stream().mapToLong(List::size).sum());
            assertThat(tally.read())
                    .as(name())
                    .isEqualTo(slice.ranges().entrySet().stream()
                            .mapToLong(range -> log.get(range.getKey())
                                    .subMap(
                                            range.getValue().start(),
                                            range.getValue().end())
                                    .size())
                            .sum());
        }

        private String name() {
            return "-Dsidetrack.seed=" + seed;
        }

        /** Reads the model's log in polls of random length. Positions pass the end of a range only as far as it goes. */
        private final class ModelSource implements SliceSource {
            private final TreeMap<Integer, OffsetRange> open;

            ModelSource(SortedMap<Integer, OffsetRange> open) {
                this.open = new TreeMap<>(open);
            }

            @Override
            public boolean isDone() {
                return open.isEmpty();
            }

            @Override
            public void poll(Visitor to) {
                List<Integer> partitions = new ArrayList<>(open.keySet());
                Collections.shuffle(partitions, random);
                Map<Integer, Long> positions = new HashMap<>();
                for (int partition : partitions.subList(0, 1 + random.nextInt(partitions.size()))) {
                    OffsetRange range = open.get(partition);
                    long end = Math.min(range.end(), range.start() + random.nextInt(15));
                    log.get(partition).subMap(range.start(), end).values().forEach(to::record);
                    positions.put(partition, end);
                }
                positions.forEach((partition, end) -> {
                    OffsetRange range = open.get(partition);
                    if (end > range.start()) {
                        to.passed(partition, end);
                    }
                    if (end == range.end()) {
                        open.remove(partition);
                    } else {
                        open.put(partition, new OffsetRange(end, range.end()));
                    }
                });
            }
        }

        /** Rejects huge records, and fails or ends the process at random, also after a commit. */
        private final class FragileProducer extends MockProducer<byte[], byte[]> {
            private RuntimeException failed;

            FragileProducer() {
                super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
                initTransactions();
            }

            private void mayFail() {
                int what = random.nextInt(killEvery * 4);
                if (what == 0) {
                    throw new Killed();
                } else if (what == 1) {
                    throw new TimeoutException("late");
                }
            }

            @Override
            public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
                mayFail();
                if (failed != null) {
                    throw new KafkaException("in an error state", failed);
                }
                if (record.topic().equals(TARGET) && text(record.value()).startsWith("huge")) {
                    failed = new RecordTooLargeException("huge");
                    callback.onCompletion(null, failed);
                    return CompletableFuture.failedFuture(failed);
                }
                return super.send(record, callback);
            }

            @Override
            public void commitTransaction() {
                mayFail();
                super.commitTransaction();
                mayFail();
            }

            @Override
            public void abortTransaction() {
                failed = null;
                super.abortTransaction();
            }
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
