package io.sidetrack.writer;

import io.sidetrack.common.group.GroupOffsets;
import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.common.topic.TopicFacts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What must be true of the topics and the consumer group before the first record is read. */
final class WriterChecks {
    private static final Logger log = LoggerFactory.getLogger(WriterChecks.class);

    private WriterChecks() {}

    /** The topics of a writer, once they are checked. */
    record Topics(TopicFacts lane, TopicFacts deadLetters) {}

    /**
     * Checks the lane, its dead-letter topic and the group.
     *
     * @throws StartupException naming the first that is missing or unfit, with the remedy
     */
    static Topics run(WriterSettings settings, TopicDirectory topics, GroupOffsets offsets) {
        TopicFacts lane = topics.require(WriterSettings.TOPIC, settings.topic());
        TopicFacts letters = topics.require(WriterSettings.DEAD_LETTER_TOPIC, settings.deadLetterTopic());
        requireThatLettersStay(letters);
        warnOfLettersThatMayBeRejected(letters, lane);
        settings.formerGroup().ifPresent(former -> FormerGroup.requireNothingLeft(settings, former, offsets));
        return new Topics(lane, letters);
    }

    /** A letter is kept until somebody has dealt with it, however old its record and whatever its key. */
    private static void requireThatLettersStay(TopicFacts letters) {
        letters.losesOldRecords().ifPresent(loss -> {
            throw unfit(letters, loss, "Set message.timestamp.type=LogAppendTime on it");
        });
        letters.losesRecordsByKey().ifPresent(loss -> {
            throw unfit(letters, loss, "Set cleanup.policy=delete on it");
        });
    }

    private static StartupException unfit(TopicFacts letters, String problem, String remedy) {
        return new StartupException(
                WriterSettings.DEAD_LETTER_TOPIC + "=" + letters.name(),
                problem,
                remedy + " (`sidetrack provision` does), or name another topic.");
    }

    /** These limits may never matter: letters are rare, and few records are as large as their lane allows. */
    private static void warnOfLettersThatMayBeRejected(TopicFacts letters, TopicFacts lane) {
        long largest = (long) lane.maxMessageBytes() + DeadLetterHeaders.MAX_ADDED_BYTES;
        if (letters.maxMessageBytes() < largest) {
            log.warn(
                    "dead-letter topic {} has max.message.bytes={}, too little for the largest record of {} and the headers of"
                            + " a dead letter; raise it to {} or more (`sidetrack provision` does)",
                    letters.name(),
                    letters.maxMessageBytes(),
                    lane.name(),
                    largest);
        }
        letters.wantsMoreReplicasThanItHas()
                .ifPresent(problem -> log.warn(
                        "dead-letter topic {} {}; lower it to {}, or add replicas",
                        letters.name(),
                        problem,
                        letters.replicationFactor()));
    }
}
