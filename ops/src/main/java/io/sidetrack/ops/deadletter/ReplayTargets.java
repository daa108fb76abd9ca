package io.sidetrack.ops.deadletter;

import io.sidetrack.common.lane.DefaultNames;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Decides to which topic a dead letter is sent: to its source topic, if that belongs to this installation. A header alone must not
 * select any topic that the operator may write to. Not thread-safe.
 */
final class ReplayTargets {
    private final Optional<String> chosen;
    private final Set<String> known;
    private final Predicate<String> exists;
    /** Whether a topic exists, by name. */
    private final Map<String, Boolean> existing = new HashMap<>();

    /** The target of a dead letter. */
    sealed interface Target {}

    /** An existing topic. */
    record To(String topic) implements Target {}

    /**
     * No target.
     *
     * @param reason the reason, for messages
     */
    record Nowhere(String reason) implements Target {}

    /** The dead letter does not name its source topic. */
    record Unknown() implements Target {}

    /**
     * @param chosen the existing topic for all dead letters, if the operator has chosen one
     * @param deadLetters the dead-letter topic, from whose name a lane or source is known
     * @param named the source and lanes that options and variables name
     * @param exists whether a topic exists
     */
    ReplayTargets(Optional<String> chosen, String deadLetters, Set<String> named, Predicate<String> exists) {
        this.chosen = chosen;
        this.known = new TreeSet<>(named);
        this.exists = exists;
        DefaultNames.topicOfDeadLetters(deadLetters).ifPresent(known::add);
        // Only --to-topic can send records to a dead-letter topic.
        known.remove(deadLetters);
    }

    Target of(DeadLetter deadLetter) {
        if (chosen.isPresent()) {
            return new To(chosen.get());
        }
        if (deadLetter.sourceTopic().isEmpty()) {
            return new Unknown();
        }
        String sourceTopic = deadLetter.sourceTopic().get();
        if (!known.contains(sourceTopic)) {
            return new Nowhere(
                    "its headers name %s, which is not known as a lane or source (known: %s); name it with --live, --backfill or --source, or choose a topic with --to-topic"
                            .formatted(sourceTopic, known.isEmpty() ? "none" : String.join(", ", known)));
        }
        if (!existing.computeIfAbsent(sourceTopic, exists::test)) {
            return new Nowhere(
                    "its source topic %s does not exist; choose a topic with --to-topic".formatted(sourceTopic));
        }
        return new To(sourceTopic);
    }
}
