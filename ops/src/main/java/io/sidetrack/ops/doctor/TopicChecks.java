package io.sidetrack.ops.doctor;

import io.sidetrack.common.topic.TopicFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Topics against each other. Pure. */
final class TopicChecks {
    private static final String PROVISION = "run `sidetrack provision`, which sets it";

    private TopicChecks() {}

    /** A topic as it is. */
    static Finding there(TopicFacts topic) {
        return Finding.ok(
                topic.name(),
                String.format(
                        Locale.ROOT,
                        "%d partitions, %d replicas, %s, retention %s%s, max.message.bytes %,d",
                        topic.partitions(),
                        topic.replicationFactor(),
                        topic.timestampType(),
                        topic.retentionMs() < 0 ? "for ever" : time(topic.retentionMs()),
                        topic.retentionBytes() < 0
                                ? ""
                                : String.format(Locale.ROOT, " or %,d bytes a partition", topic.retentionBytes()),
                        topic.maxMessageBytes()));
    }

    /** A topic that is not there. */
    static Finding missing(String topic) {
        return Finding.fail(topic, "there is no such topic", "run `sidetrack provision`, which creates it");
    }

    /** A lane or dead-letter topic against what is sent to it. */
    static List<Finding> receiving(TopicFacts topic, TopicFacts from) {
        List<Finding> findings = new ArrayList<>();
        topic.losesOldRecords().ifPresent(loss -> findings.add(Finding.fail(topic.name(), loss, PROVISION)));
        if (topic.maxMessageBytes() < from.maxMessageBytes()) {
            findings.add(Finding.fail(
                    topic.name(),
                    String.format(
                            Locale.ROOT,
                            "max.message.bytes %,d is less than the %,d of %s, so it refuses records",
                            topic.maxMessageBytes(),
                            from.maxMessageBytes(),
                            from.name()),
                    PROVISION));
        }
        topic.losesRecordsBySize().ifPresent(loss -> findings.add(Finding.warn(topic.name(), loss, PROVISION)));
        return findings;
    }

    /** The shared topic by itself. */
    static List<Finding> source(TopicFacts topic) {
        return topic.losesRecordsBySize()
                .map(loss -> List.of(Finding.warn(
                        topic.name(),
                        loss,
                        "set retention.bytes to -1, or to more than a backlog can be, and let retention.ms decide")))
                .orElseGet(List::of);
    }

    /** A dead-letter topic by itself: what a writer refuses to start with, or warns of. */
    static List<Finding> keepsAllLetters(TopicFacts topic) {
        List<Finding> findings = new ArrayList<>();
        topic.losesRecordsByKey().ifPresent(loss -> findings.add(Finding.fail(topic.name(), loss, PROVISION)));
        topic.wantsMoreReplicasThanItHas()
                .ifPresent(wants -> findings.add(Finding.warn(
                        topic.name(),
                        wants,
                        "lower min.insync.replicas to %d, or add replicas".formatted(topic.replicationFactor()))));
        return findings;
    }

    /**
     * What lies in a dead-letter topic.
     *
     * @param held offsets
     * @param share of them that are records; empty if that could not be read
     */
    static List<Finding> letters(TopicFacts topic, long held, OptionalDouble share) {
        long records = Math.round(held * share.orElse(1));
        if (records == 0) {
            return List.of();
        }
        return List.of(Finding.warn(
                topic.name(),
                String.format(Locale.ROOT, "holds about %,d %s", records, share.isPresent() ? "records" : "offsets"),
                "look with `sidetrack dead-letters list --topic " + topic.name() + "`"));
    }

    /** The partitions of the lanes. */
    static List<Finding> lanes(TopicFacts live, TopicFacts backfill) {
        return backfill.partitions() <= live.partitions()
                ? List.of(Finding.warn(
                        backfill.name(),
                        "has no more partitions than " + live.name() + ", so a backfill goes no faster",
                        "drain it, then `sidetrack provision --backfill-partitions 48 --grow-partitions`;"
                                + " `sidetrack size` says how many"))
                : List.of();
    }

    /**
     * What is next to be read, against what is deleted next.
     *
     * @param ageMs of the oldest record that is not read, by its timestamp
     */
    static List<Finding> unread(TopicFacts topic, String group, long ageMs) {
        boolean deletes = topic.retentionMs() >= 0 && topic.cleanupPolicy().contains("delete");
        if (!deletes || ageMs < topic.retentionMs() / 2) {
            return List.of();
        }
        String text = "the oldest record that %s has not read is %s old, and %s are kept"
                .formatted(group, time(ageMs), time(topic.retentionMs()));
        String remedy = "raise retention.ms of " + topic.name() + " now, then speed up its reader";
        return List.of(
                ageMs > topic.retentionMs() * 0.9
                        ? Finding.fail(topic.name(), text, remedy)
                        : Finding.warn(topic.name(), text, remedy));
    }

    /** In the largest unit that it has one of. */
    static String time(long ms) {
        Duration time = Duration.ofMillis(ms);
        if (time.toDays() > 0) {
            return "%.1f days".formatted(ms / 86_400_000.0);
        }
        return time.toHours() > 0 ? "%.1f hours".formatted(ms / 3_600_000.0) : "%.1f minutes".formatted(ms / 60_000.0);
    }
}
