package io.sidetrack.ops.deadletter;

import io.sidetrack.common.lane.DefaultNames;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Decides where a dead letter is sent: to the topic that it came from, if that is a topic of this installation. A header alone
 * does not open the way to any topic that the operator may write to. Not thread-safe.
 */
final class ReplayTargets {
    private final Optional<String> chosen;
    private final Set<String> known;
    private final Predicate<String> exists;
    /** By topic, whether it exists. */
    private final Map<String, Boolean> looked = new HashMap<>();

    /** Where to send a letter. */
    sealed interface Target {}

    /** To a topic, which exists. */
    record To(String topic) implements Target {}

    /**
     * Nowhere.
     *
     * @param reason to be shown
     */
    record Nowhere(String reason) implements Target {}

    /** The letter does not say where it came from. */
    record Unknown() implements Target {}

    /**
     * @param chosen where the operator wants to send all of them; it exists
     * @param deadLetters the dead-letter topic: the topic that its name is made of is known
     * @param named the source and lanes that options and variables name
     * @param exists whether there is a topic of that name
     */
    ReplayTargets(Optional<String> chosen, String deadLetters, Set<String> named, Predicate<String> exists) {
        this.chosen = chosen;
        this.known = new TreeSet<>(named);
        this.exists = exists;
        DefaultNames.topicOfDeadLetters(deadLetters).ifPresent(known::add);
        // Only --to-topic puts letters into a dead-letter topic.
        known.remove(deadLetters);
    }

    Target of(DeadLetter letter) {
        if (chosen.isPresent()) {
            return new To(chosen.get());
        }
        if (letter.origin().isEmpty()) {
            return new Unknown();
        }
        String origin = letter.origin().get();
        if (!known.contains(origin)) {
            return new Nowhere(
                    "it says that it came from %s, which is not known as a lane or source (known: %s); name it with --live, --backfill or --source, or choose a topic with --to-topic"
                            .formatted(origin, known.isEmpty() ? "none" : String.join(", ", known)));
        }
        if (!looked.computeIfAbsent(origin, exists::test)) {
            return new Nowhere("its topic %s does not exist; choose a topic with --to-topic".formatted(origin));
        }
        return new To(origin);
    }
}
