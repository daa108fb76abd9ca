package io.sidetrack.router;

import io.sidetrack.common.deadletter.DeadLetterForm;
import io.sidetrack.common.lane.Lane;
import io.sidetrack.common.poll.UnprocessedRecords;
import io.sidetrack.common.record.OwnHeaders;
import io.sidetrack.common.record.TimestampHeaders;
import io.sidetrack.router.batch.Delivery;
import io.sidetrack.router.batch.LaneProducers;
import io.sidetrack.router.batch.RecordBatch;
import io.sidetrack.router.lane.Arrival;
import io.sidetrack.router.lane.Rules;
import io.sidetrack.router.lane.Verdict;
import io.sidetrack.router.placement.Destination;
import io.sidetrack.router.placement.PartitionBy;
import io.sidetrack.router.placement.PlacedKey;
import io.sidetrack.router.placement.Refusal;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Sends each record of one partition to its lane, or, if the lane would not take it, to the dead letters. */
final class Route extends ContextualProcessor<byte[], byte[], PlacedKey, byte[]> {
    private final Rules rules;
    private final PartitionBy partitionBy;
    private final Destination live;
    private final Destination backfill;
    private final DeadLetterForms letterForms;
    private final LaneProducers producers;
    private final Clock clock;
    private final RouteCounts counts;
    private final boolean transactional;
    private final boolean trusted;
    private final TimestampHeaders timestamps = new TimestampHeaders();
    private final EarlyCommit quiet = new EarlyCommit();
    private LaneProducers.Sending sending;
    private UnprocessedRecords.OpenPartition partition;

    Route(
            Rules rules,
            PartitionBy partitionBy,
            Destination live,
            Destination backfill,
            DeadLetterForms letterForms,
            LaneProducers producers,
            Clock clock,
            RouteCounts counts,
            boolean transactional,
            boolean trusted) {
        this.rules = rules;
        this.partitionBy = partitionBy;
        this.live = live;
        this.backfill = backfill;
        this.letterForms = letterForms;
        this.producers = producers;
        this.clock = clock;
        this.counts = counts;
        this.transactional = transactional;
        this.trusted = trusted;
    }

    @Override
    public void init(ProcessorContext<PlacedKey, byte[]> context) {
        super.init(context);
        sending = producers.sending();
        partition = UnprocessedRecords.ofThisThread().open(context.taskId().partition());
        // What a step has counted that was given up half-way.
        counts.aborted();
    }

    @Override
    public void close() {
        partition.close();
        sending.close();
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        long nowMs = clock.millis();
        int records = 1;
        long lastOffset;
        Optional<List<ConsumerRecord<byte[], byte[]>>> batch = RecordBatch.in(record.headers());
        if (batch.isPresent()) {
            for (ConsumerRecord<byte[], byte[]> one : batch.get()) {
                // One that came alone has passed the extractor, as it was before Streams made its timestamp 0 or more.
                OwnHeaders.drop(one.headers(), trusted);
                route(one, nowMs);
            }
            records = batch.get().size();
            lastOffset = batch.get().get(records - 1).offset();
        } else {
            RecordMetadata origin = context().recordMetadata().orElseThrow();
            route(
                    new ConsumerRecord<>(
                            origin.topic(),
                            origin.partition(),
                            origin.offset(),
                            record.timestamp(),
                            null,
                            0,
                            0,
                            record.key(),
                            record.value(),
                            record.headers(),
                            Optional.empty()),
                    nowMs);
            lastOffset = origin.offset();
        }
        partition.processed(lastOffset);
        sending.notifyAtEnd(counts);
        if (transactional && quiet.after(records, nowMs)) {
            context().commit();
        }
    }

    private void route(ConsumerRecord<byte[], byte[]> record, long nowMs) {
        Headers headers = record.headers();
        // One that came alone has it from the extractor.
        long timestampMs = timestamps.addIfAbsent(headers, record.timestamp());
        Verdict verdict = rules.judge(
                new Arrival(record.partition(), record.offset(), timestampMs, record.key(), headers, nowMs));
        Destination lane = verdict.lane() == Lane.LIVE ? live : backfill;
        Delivery delivery = sending.delivery(record);
        Optional<Refusal> refusal = refusal(lane, record, delivery, nowMs);
        if (refusal.isPresent()) {
            bury(record, refusal.get(), delivery, nowMs);
        } else {
            send(lane, record, partitionBy.bytes(record.key(), record.value(), headers), nowMs, delivery);
            counts.add(verdict, headers);
        }
    }

    private static Optional<Refusal> refusal(
            Destination lane, ConsumerRecord<byte[], byte[]> record, Delivery delivery, long nowMs) {
        Optional<Refusal> refusal = lane.limits().refusal(record.key(), record.value(), record.headers(), nowMs);
        if (refusal.isEmpty() && delivery.letter().isPresent()) {
            // Its limits were not what they were thought to be; the next record need not be rejected first.
            lane.limits().rejected(nowMs);
            return Optional.of(Refusal.TOO_LARGE);
        }
        return refusal;
    }

    private void send(
            Destination to,
            ConsumerRecord<byte[], byte[]> record,
            Optional<byte[]> place,
            long nowMs,
            Delivery delivery) {
        if (delivery.alone()) {
            sending.flush();
        }
        // A topic with CreateTime takes nothing from the future; the original timestamp is in its header.
        long timestampMs = Math.max(0, Math.min(record.timestamp(), nowMs));
        if (!sending.send(to.topic(), place, timestampMs, record, delivery)) {
            try {
                context()
                        .forward(
                                new Record<>(
                                        new PlacedKey(record.key(), place.orElse(null)),
                                        record.value(),
                                        timestampMs,
                                        record.headers()),
                                to.sink());
            } catch (TimeoutException e) {
                // Streams itself would let the thread die of it.
                throw sending.failed(e);
            }
        }
        if (delivery.alone()) {
            sending.flush();
        }
    }

    private void bury(ConsumerRecord<byte[], byte[]> record, Refusal refusal, Delivery delivery, long nowMs) {
        DeadLetterForms.Letter letter =
                letterForms.letter(record, refusal, delivery.letter().orElse(DeadLetterForm.WHOLE), nowMs);
        send(letterForms.topic(), letter.record(), Optional.empty(), nowMs, delivery.as(letter.form()));
        counts.addBuried(refusal, record.topic(), record.partition(), record.offset(), letter.whole());
    }
}
