package io.sidetrack.ops.doctor;

import io.sidetrack.common.control.ControlTopicRetention;
import io.sidetrack.common.topic.TopicFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Checks topics, and how they fit together. Pure. */
final class TopicChecks {
    private static final String PROVISION = "run `sidetrack provision`, which corrects it";

    private TopicChecks() {}

    /** Reports the settings of a topic. */
    static CheckResult existing(TopicFacts topic) {
        return CheckResult.ok(
                topic.name(),
                String.format(
                        Locale.ROOT,
                        "%d partitions, %d replicas, %s, retention %s%s, max.message.bytes %,d",
                        topic.partitions(),
                        topic.replicationFactor(),
                        topic.timestampType(),
                        topic.retentionMs() < 0 ? "forever" : time(topic.retentionMs()),
                        topic.retentionBytes() < 0
                                ? ""
                                : String.format(Locale.ROOT, " or %,d bytes a partition", topic.retentionBytes()),
                        topic.maxMessageBytes()));
    }

    /** Reports that a topic does not exist. */
    static CheckResult missing(String topic) {
        return CheckResult.fail(topic, "there is no such topic", "run `sidetrack provision`, which creates it");
    }

    /** Checks that a lane or dead-letter topic keeps the records that it receives. */
    static List<CheckResult> receiving(TopicFacts topic, TopicFacts from) {
        List<CheckResult> results = new ArrayList<>();
        topic.losesOldRecords().ifPresent(loss -> results.add(CheckResult.fail(topic.name(), loss, PROVISION)));
        if (topic.maxMessageBytes() < from.maxMessageBytes()) {
            results.add(CheckResult.fail(
                    topic.name(),
                    String.format(
                            Locale.ROOT,
                            "max.message.bytes %,d is less than the %,d of %s, so it rejects records",
                            topic.maxMessageBytes(),
                            from.maxMessageBytes(),
                            from.name()),
                    PROVISION));
        }
        topic.losesRecordsBySize().ifPresent(loss -> results.add(CheckResult.warn(topic.name(), loss, PROVISION)));
        return results;
    }

    /**
     * Checks the topic for parked records. It is missing after an upgrade, and needed only to pause or cancel a backfill by name.
     *
     * @param lane the backfill lane
     */
    static List<CheckResult> parked(String name, Optional<TopicFacts> topic, Optional<TopicFacts> lane) {
        if (topic.isEmpty()) {
            return List.of(CheckResult.warn(
                    name,
                    "there is no such topic, so no backfill can be paused or cancelled by name",
                    "run `sidetrack provision`, which creates it"));
        }
        TopicFacts facts = topic.get();
        List<CheckResult> results = new ArrayList<>(List.of(existing(facts)));
        facts.losesRecordsByKey().ifPresent(loss -> results.add(CheckResult.fail(name, loss, PROVISION)));
        lane.ifPresent(backfill -> {
            results.addAll(receiving(facts, backfill));
            if (facts.partitions() != backfill.partitions()) {
                results.add(CheckResult.fail(
                        name,
                        "has %d partitions, but %s has %d: parked records could not return to their partition"
                                .formatted(facts.partitions(), backfill.name(), backfill.partitions()),
                        facts.partitions() < backfill.partitions()
                                ? PROVISION
                                : "resume every named backfill, then give %s as many partitions"
                                        .formatted(backfill.name())));
            }
        });
        return results;
    }

    /** Checks the control topic, which commands create when they need it. */
    static List<CheckResult> control(TopicFacts topic) {
        List<CheckResult> results = new ArrayList<>(List.of(existing(topic)));
        ControlTopicRetention.loss(topic)
                .ifPresent(loss -> results.add(CheckResult.fail(topic.name(), loss, PROVISION)));
        return results;
    }

    /** Reports that a topic was not checked. */
    static CheckResult unseen(String topic, String problem) {
        return CheckResult.warn(topic, "not checked (%s)".formatted(problem), "allow this principal to see it");
    }

    /** Checks the shared topic. */
    static List<CheckResult> source(TopicFacts topic) {
        return topic.losesRecordsBySize()
                .map(loss -> List.of(CheckResult.warn(
                        topic.name(),
                        loss,
                        "set retention.bytes to -1, or to more than the size of any backlog, and use retention.ms")))
                .orElseGet(List::of);
    }

    /** Checks a dead-letter topic for problems that keep a writer from starting, or that it warns about. */
    static List<CheckResult> keepsAllDeadLetters(TopicFacts topic) {
        List<CheckResult> results = new ArrayList<>();
        topic.losesRecordsByKey().ifPresent(loss -> results.add(CheckResult.fail(topic.name(), loss, PROVISION)));
        topic.wantsMoreReplicasThanItHas()
                .ifPresent(wants -> results.add(CheckResult.warn(
                        topic.name(),
                        wants,
                        "lower min.insync.replicas to %d, or add replicas".formatted(topic.replicationFactor()))));
        return results;
    }

    /**
     * Checks that a dead-letter topic is empty.
     *
     * @param held the number of offsets in the topic
     * @param share the share of records among them; empty if it could not be determined
     */
    static List<CheckResult> deadLetters(TopicFacts topic, long held, OptionalDouble share) {
        long records = Math.round(held * share.orElse(1));
        if (records == 0) {
            return List.of();
        }
        return List.of(CheckResult.warn(
                topic.name(),
                String.format(Locale.ROOT, "contains about %,d %s", records, share.isPresent() ? "records" : "offsets"),
                "list them with `sidetrack dead-letters list --topic " + topic.name() + "`"));
    }

    /** Checks that the backfill lane has more partitions than the live lane. */
    static List<CheckResult> lanes(TopicFacts live, TopicFacts backfill) {
        return backfill.partitions() <= live.partitions()
                ? List.of(CheckResult.warn(
                        backfill.name(),
                        "has no more partitions than " + live.name() + ", so a backfill is no faster",
                        "when its writer has read everything, use `sidetrack provision --backfill-partitions 48"
                                + " --grow-partitions`; `sidetrack size` computes how many partitions it needs"))
                : List.of();
    }

    /**
     * Checks whether retention will soon delete the oldest unread record.
     *
     * @param ageMs the age of that record, by its timestamp
     */
    static List<CheckResult> unread(TopicFacts topic, String group, long ageMs) {
        boolean deletes = topic.retentionMs() >= 0 && topic.cleanupPolicy().contains("delete");
        if (!deletes || ageMs < topic.retentionMs() / 2) {
            return List.of();
        }
        String text = "the oldest record that %s has not read is %s old, and retention.ms is %s"
                .formatted(group, time(ageMs), time(topic.retentionMs()));
        String remedy = "raise retention.ms of " + topic.name() + " now, then make its reader faster";
        return List.of(
                ageMs > topic.retentionMs() * 0.9
                        ? CheckResult.fail(topic.name(), text, remedy)
                        : CheckResult.warn(topic.name(), text, remedy));
    }

    /** A duration in days, hours or minutes. */
    static String time(long ms) {
        Duration time = Duration.ofMillis(ms);
        if (time.toDays() > 0) {
            return "%.1f days".formatted(ms / 86_400_000.0);
        }
        return time.toHours() > 0 ? "%.1f hours".formatted(ms / 3_600_000.0) : "%.1f minutes".formatted(ms / 60_000.0);
    }
}
