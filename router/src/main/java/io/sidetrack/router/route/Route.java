package io.sidetrack.router.route;

import io.sidetrack.common.deadletter.DeadLetterForm;
import io.sidetrack.common.lane.Lane;
import io.sidetrack.common.poll.UnprocessedRecords;
import io.sidetrack.common.record.OwnHeaders;
import io.sidetrack.common.record.ParkedBy;
import io.sidetrack.common.record.TimestampHeaders;
import io.sidetrack.common.status.BackfillTally;
import io.sidetrack.common.status.PartitionTally;
import io.sidetrack.router.batch.Delivery;
import io.sidetrack.router.batch.LaneProducers;
import io.sidetrack.router.batch.RecordBatch;
import io.sidetrack.router.batch.TransactionListener;
import io.sidetrack.router.lane.Arrival;
import io.sidetrack.router.lane.Classification;
import io.sidetrack.router.lane.Rules;
import io.sidetrack.router.park.Parking;
import io.sidetrack.router.park.ParkingLot;
import io.sidetrack.router.placement.Destination;
import io.sidetrack.router.placement.Destinations;
import io.sidetrack.router.placement.PartitionBy;
import io.sidetrack.router.placement.Refusal;
import io.sidetrack.router.settings.RouterSettings;
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

/**
 * Sends each record of one partition to its lane, or to the topic for parked records if its backfill is paused; or to the
 * dead-letter topic if neither accepts it.
 */
public final class Route extends ContextualProcessor<byte[], byte[], RoutedKey, byte[]> implements TransactionListener {
    private final Rules rules;
    private final PartitionBy partitionBy;
    private final Destination live;
    private final Destination backfill;
    private final Destination parked;
    private final DeadLetterForms deadLetterForms;
    private final LaneProducers producers;
    private final RouteCounts counts;
    private final ParkingLot parkingLot;
    private final BackfillTally tallies;
    private final Clock clock;
    private final boolean transactional;
    private final boolean trusted;
    private final TimestampHeaders timestamps = new TimestampHeaders();
    private final EarlyCommit earlyCommit = new EarlyCommit();
    private Parking parking;
    private LaneProducers.TaskSender sender;
    private UnprocessedRecords.OpenPartition partition;
    private PartitionTally tally;
    /** The offset after the last record that was processed. */
    private long processedTo;

    /**
     * @param counts the task's own
     * @param parkingLot shared by all tasks
     * @param tallies shared by all tasks
     */
    public Route(
            RouterSettings settings,
            EnabledRules rules,
            Destinations destinations,
            LaneProducers producers,
            RouteCounts counts,
            ParkingLot parkingLot,
            BackfillTally tallies,
            Clock clock) {
        this.rules = rules.create();
        this.partitionBy = settings.partitionBy();
        this.transactional = settings.isExactlyOnce();
        this.trusted = settings.trustsHeaders();
        this.live = destinations.live();
        this.backfill = destinations.backfill();
        this.parked = destinations.parked();
        this.deadLetterForms = new DeadLetterForms(destinations.deadLetters(), settings.reducesDeadLetters());
        this.producers = producers;
        this.counts = counts;
        this.parkingLot = parkingLot;
        this.tallies = tallies;
        this.clock = clock;
    }

    @Override
    public void init(ProcessorContext<RoutedKey, byte[]> context) {
        super.init(context);
        parking = parkingLot.open(context.taskId().partition());
        sender = producers.newSender();
        partition = UnprocessedRecords.ofThisThread().open(context.taskId().partition());
        tally = tallies.open(context.taskId().partition());
        counts.alsoTo(tally::add);
        // Discards the counts of a step that was abandoned halfway.
        counts.aborted();
    }

    @Override
    public void close() {
        partition.close();
        sender.close();
        tallies.close(tally, true);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        long nowMs = clock.millis();
        int records = 1;
        long lastOffset;
        Optional<List<ConsumerRecord<byte[], byte[]>>> batch = RecordBatch.in(record.headers());
        if (batch.isPresent()) {
            for (ConsumerRecord<byte[], byte[]> one : batch.get()) {
                // For a record outside a batch, the extractor does this, before Streams raises a negative timestamp to
                // 0.
                OwnHeaders.drop(one.headers(), trusted);
                route(one, nowMs);
            }
            records = batch.get().size();
            lastOffset = batch.get().get(records - 1).offset();
        } else {
            RecordMetadata source = context().recordMetadata().orElseThrow();
            route(
                    new ConsumerRecord<>(
                            source.topic(),
                            source.partition(),
                            source.offset(),
                            record.timestamp(),
                            null,
                            0,
                            0,
                            record.key(),
                            record.value(),
                            record.headers(),
                            Optional.empty()),
                    nowMs);
            lastOffset = source.offset();
        }
        partition.processed(lastOffset);
        processedTo = lastOffset + 1;
        sender.notifyAtEnd(this);
        if (transactional && earlyCommit.isDue(records, nowMs)) {
            context().commit();
        }
    }

    @Override
    public void committed() {
        counts.committed();
        tally.committed(processedTo);
        parking.committed();
    }

    @Override
    public void aborted() {
        counts.aborted();
        parking.aborted();
    }

    private void route(ConsumerRecord<byte[], byte[]> record, long nowMs) {
        parking.beginAt(record.offset());
        tally.begin(record.offset());
        Headers headers = record.headers();
        // For a record outside a batch, the extractor has added the header already.
        long timestampMs = timestamps.addIfAbsent(headers, record.timestamp());
        Classification classification = rules.classify(
                new Arrival(record.partition(), record.offset(), timestampMs, record.key(), headers, nowMs));
        if (classification.lane() == Lane.LIVE) {
            if (send(live, record, nowMs)) {
                counts.add(classification, headers);
            }
            return;
        }
        switch (parking.place(headers, record.offset())) {
            case LANE -> {
                if (send(backfill, record, nowMs)) {
                    counts.add(classification, headers);
                }
            }
            case PARKED -> {
                ParkedBy.ROUTER.addTo(headers);
                if (send(parked, record, nowMs)) {
                    counts.addParked(headers);
                }
            }
            case DISCARDED -> counts.addDiscarded(headers);
        }
    }

    /** @return false if the record goes to the dead-letter topic, because its destination does not accept it */
    private boolean send(Destination to, ConsumerRecord<byte[], byte[]> record, long nowMs) {
        Delivery delivery = sender.delivery(record);
        Optional<Refusal> refusal = refusal(to, record, delivery, nowMs);
        if (refusal.isPresent()) {
            record.headers().remove(ParkedBy.HEADER);
            sendDeadLetter(record, refusal.get(), delivery, nowMs);
            return false;
        }
        send(to, record, partitionBy.partitionKey(record.key(), record.value(), record.headers()), nowMs, delivery);
        return true;
    }

    private static Optional<Refusal> refusal(
            Destination lane, ConsumerRecord<byte[], byte[]> record, Delivery delivery, long nowMs) {
        Optional<Refusal> refusal = lane.limits().refusal(record.key(), record.value(), record.headers(), nowMs);
        if (refusal.isEmpty() && delivery.deadLetter().isPresent()) {
            // The known limits were wrong. With the new ones, the next such record is refused before it is sent.
            lane.limits().rejected(nowMs);
            return Optional.of(Refusal.TOO_LARGE);
        }
        return refusal;
    }

    private void send(
            Destination to,
            ConsumerRecord<byte[], byte[]> record,
            Optional<byte[]> partitionKey,
            long nowMs,
            Delivery delivery) {
        if (delivery.alone()) {
            sender.flush();
        }
        // A topic with CreateTime rejects timestamps in the future. The original timestamp is in its header.
        long timestampMs = Math.max(0, Math.min(record.timestamp(), nowMs));
        if (!sender.send(to.topic(), partitionKey, timestampMs, record, delivery)) {
            try {
                context()
                        .forward(
                                new Record<>(
                                        new RoutedKey(record.key(), partitionKey.orElse(null)),
                                        record.value(),
                                        timestampMs,
                                        record.headers()),
                                to.sink());
            } catch (TimeoutException e) {
                // Left to Streams, this exception would end the thread.
                throw sender.failed(e);
            }
        }
        if (delivery.alone()) {
            sender.flush();
        }
    }

    private void sendDeadLetter(ConsumerRecord<byte[], byte[]> record, Refusal refusal, Delivery delivery, long nowMs) {
        DeadLetterForms.DeadLetter deadLetter = deadLetterForms.deadLetter(
                record, refusal, delivery.deadLetter().orElse(DeadLetterForm.WHOLE), nowMs);
        send(deadLetterForms.topic(), deadLetter.record(), Optional.empty(), nowMs, delivery.as(deadLetter.form()));
        counts.addDeadLetter(refusal, record.topic(), record.partition(), record.offset(), deadLetter.whole());
    }
}
