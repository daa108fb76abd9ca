package io.sidetrack.ops.parked;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.ParkedMisfit;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.common.topic.TopicFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Requires that the topic for parked records exists and keeps what is parked in it. */
public final class ParkedTopic {
    private ParkedTopic() {}

    /**
     * The facts of the topic.
     *
     * @param lane the backfill lane
     * @throws StartupException if it does not exist, does not have the partitions of the lane, or would lose records
     */
    public static TopicFacts require(TopicDirectory topics, String name, TopicFacts lane) {
        Optional<TopicFacts> facts = topics.find(name);
        ParkedMisfit.of(facts, Optional.of(lane), false).ifPresent(misfit -> {
            String subject = "--parked=" + name;
            // The operator has chosen the name, or its default.
            throw misfit instanceof ParkedMisfit.Missing
                    ? new StartupException(
                            subject,
                            misfit.text() + ", so no record can be parked",
                            "Create it with `sidetrack provision`, or correct the name.")
                    : new StartupException(subject, misfit.text(), misfit.remedySentence());
        });
        return facts.orElseThrow();
    }

    /** Why records may be lost or rejected although they can be parked, as notes for the operator. */
    public static List<String> risks(TopicFacts topic, TopicFacts lane) {
        List<String> risks = new ArrayList<>();
        if (topic.retentionMs() >= 0) {
            risks.add("%s has retention.ms=%d: what is parked for longer is deleted, and does not return"
                    .formatted(topic.name(), topic.retentionMs()));
        }
        topic.losesRecordsBySize().ifPresent(loss -> risks.add(topic.name() + " " + loss));
        if (topic.maxMessageBytes() < lane.maxMessageBytes()) {
            risks.add("%s has max.message.bytes=%d, and %s has %d: a record that is too large for it is not parked"
                    .formatted(topic.name(), topic.maxMessageBytes(), lane.name(), lane.maxMessageBytes()));
        }
        return risks;
    }
}
