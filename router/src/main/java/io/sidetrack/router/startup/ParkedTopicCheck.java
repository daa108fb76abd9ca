package io.sidetrack.router.startup;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.ParkedMisfit;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.router.settings.RouterSettings;
import io.sidetrack.router.settings.TopicNames;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Checks whether records can be parked. The topic is needed only while a backfill is paused or cancelled by name, so a router
 * starts without it, and a pause that it cannot carry out must not stop live traffic. Thread-safe.
 */
public final class ParkedTopicCheck {
    private final TopicNames names;
    private final boolean allowsShortRetention;
    private final TopicDirectory directory;

    /**
     * Why no record can be parked.
     *
     * @param text the end of a sentence that begins with the topic
     * @param remedy a sentence
     */
    public record Problem(String text, String remedy) {}

    public ParkedTopicCheck(RouterSettings settings, TopicDirectory directory) {
        this.names = settings.topics();
        this.allowsShortRetention = settings.allowsShortRetention();
        this.directory = directory;
    }

    /** The facts of the topic; empty if it does not exist or may not be described. */
    Optional<TopicFacts> facts() {
        try {
            return directory.find(names.parked());
        } catch (StartupException e) {
            return Optional.empty();
        }
    }

    /** Why no record can be parked; empty if records can be parked. */
    public Optional<Problem> problem() {
        try {
            Map<String, TopicFacts> found = directory.find(List.of(names.parked(), names.backfill()));
            Optional<ParkedMisfit> misfit = ParkedMisfit.of(
                    Optional.ofNullable(found.get(names.parked())),
                    Optional.ofNullable(found.get(names.backfill())),
                    allowsShortRetention);
            if (misfit.isPresent()) {
                return problem(misfit.get().text(), misfit.get().remedySentence());
            }
            return directory.isWritable(names.parked())
                    ? Optional.empty()
                    : problem("this principal may not write it", "Allow WRITE on it.");
        } catch (StartupException e) {
            return problem(e.getMessage().replaceAll("\\.$", ""), "");
        }
    }

    private static Optional<Problem> problem(String text, String remedy) {
        return Optional.of(new Problem(text, remedy));
    }
}
