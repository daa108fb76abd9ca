package io.sidetrack.common.topic;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Why the records of a lane cannot be parked in a topic, or cannot return from there to the lane. A parked record is in the partition
 * of the same number as on the lane, so that keys stay in order.
 */
public sealed interface ParkedMisfit {
    /** The end of a sentence that begins with the topic. */
    String text();

    /** What to do, without a capital letter and a full stop. */
    String remedy();

    /** What to do, as a sentence. */
    default String remedySentence() {
        return Character.toUpperCase(remedy().charAt(0)) + remedy().substring(1) + ".";
    }

    /** True if some record of the lane has no place in the topic. Otherwise the misfit matters once parked records have been there. */
    boolean leavesNoPlace();

    /** The topic does not exist. */
    record Missing() implements ParkedMisfit {
        @Override
        public String text() {
            return "there is no such topic";
        }

        @Override
        public String remedy() {
            return "create it with `sidetrack provision`";
        }

        @Override
        public boolean leavesNoPlace() {
            return true;
        }
    }

    /** The topic has another number of partitions than the lane. */
    record OtherPartitions(int partitions, String lane, int ofLane) implements ParkedMisfit {
        @Override
        public String text() {
            return "has %d partitions, but %s has %d, so parked records could not return to their partition"
                    .formatted(partitions, lane, ofLane);
        }

        @Override
        public String remedy() {
            return leavesNoPlace()
                    ? "run `sidetrack provision`"
                    : "use `sidetrack provision --grow-partitions --backfill-partitions %d`".formatted(partitions);
        }

        @Override
        public boolean leavesNoPlace() {
            return partitions < ofLane;
        }
    }

    /** The topic deletes records that nobody has copied back. */
    record Loss(String text) implements ParkedMisfit {
        @Override
        public String remedy() {
            return "run `sidetrack provision`";
        }

        @Override
        public boolean leavesNoPlace() {
            return false;
        }
    }

    /**
     * What is wrong with the topic.
     *
     * @param parked the topic; empty if it does not exist
     * @param lane the backfill lane; empty if it does not exist any more, which is no reason
     * @param allowsShortRetention whether the topic may delete records because they are old
     */
    static Optional<ParkedMisfit> of(
            Optional<TopicFacts> parked, Optional<TopicFacts> lane, boolean allowsShortRetention) {
        return ofPartitions(partitions(parked), lane.map(TopicFacts::name).orElse(""), partitions(lane))
                .or(() -> parked.flatMap(topic -> topic.losesOldRecords()
                                .filter(loss -> !allowsShortRetention)
                                .or(topic::losesRecordsByKey))
                        .map(Loss::new));
    }

    private static OptionalInt partitions(Optional<TopicFacts> topic) {
        return topic.map(facts -> OptionalInt.of(facts.partitions())).orElse(OptionalInt.empty());
    }

    /**
     * What is wrong with the topic's partitions. For a service that cannot read more.
     *
     * @param ofParked the number of partitions of the topic; empty if it does not exist
     * @param lane the name of the backfill lane
     * @param ofLane the same of the lane
     */
    static Optional<ParkedMisfit> ofPartitions(OptionalInt ofParked, String lane, OptionalInt ofLane) {
        if (ofParked.isEmpty()) {
            return Optional.of(new Missing());
        }
        if (ofLane.isPresent() && ofLane.getAsInt() != ofParked.getAsInt()) {
            return Optional.of(new OtherPartitions(ofParked.getAsInt(), lane, ofLane.getAsInt()));
        }
        return Optional.empty();
    }
}
