package io.sidetrack.common.control;

import io.sidetrack.common.topic.TopicIdentity;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One run of a replay of dead letters: who started it, when, and where its marks are in the dead-letter topic. Written by {@code
 * sidetrack dead-letters replay} before it replays anything, and again at its end. Only one run of a topic is active at a time, so a
 * mark belongs to the last run that started at its offset or before it.
 *
 * <p>This is not part of the marks themselves: a mark with another header would be a dead letter to earlier versions, which would
 * replay its dead letter again.
 *
 * @param topic the dead-letter topic
 * @param identity the topic's identity
 * @param by the operator, such as {@code alice@host}
 * @param startedAtMs when it started, in ms since 1970
 * @param starts by partition, the offset from which its marks are; a partition that is missing was added later
 * @param selection the options that selected dead letters, without keys; empty for all
 * @param end its end; null if it is running, or could not record it, because it was killed or the brokers did not respond
 */
public record DeadLetterReplay(
        String topic,
        TopicIdentity identity,
        String by,
        long startedAtMs,
        SortedMap<Integer, Long> starts,
        String selection,
        End end) {

    /**
     * The end of a run.
     *
     * @param atMs when it ended, in ms since 1970
     * @param offsets by partition, the offset before which its marks are
     * @param replayed replayed dead letters by target
     * @param refused dead letters that could not be replayed
     * @param skipped dead letters that were left alone
     * @param interrupted whether it ended early: the operator stopped it, or it failed
     */
    public record End(
            long atMs,
            SortedMap<Integer, Long> offsets,
            Map<String, Long> replayed,
            long refused,
            long skipped,
            boolean interrupted) {

        /** @throws IllegalArgumentException if something is missing or negative */
        public End {
            if (atMs < 0 || refused < 0 || skipped < 0 || replayed == null) {
                throw new IllegalArgumentException("incomplete");
            }
            offsets = checked(offsets);
            replayed.values().forEach(DeadLetterReplay::require);
        }
    }

    /** @throws IllegalArgumentException if something is missing or negative */
    public DeadLetterReplay {
        if (topic == null || identity == null || by == null || selection == null || startedAtMs < 0) {
            throw new IllegalArgumentException("incomplete");
        }
        starts = checked(starts);
    }

    private static SortedMap<Integer, Long> checked(SortedMap<Integer, Long> offsets) {
        if (offsets == null) {
            throw new IllegalArgumentException("no offsets");
        }
        offsets.forEach((partition, offset) -> {
            require(partition);
            require(offset);
        });
        return Collections.unmodifiableSortedMap(new TreeMap<>(offsets));
    }

    private static void require(Number number) {
        if (number == null || number.longValue() < 0) {
            throw new IllegalArgumentException("negative: " + number);
        }
    }

    /** This run, with its end. */
    public DeadLetterReplay ended(End how) {
        return new DeadLetterReplay(topic, identity, by, startedAtMs, starts, selection, how);
    }
}
