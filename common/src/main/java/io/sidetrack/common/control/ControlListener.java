package io.sidetrack.common.control;

import java.util.Map;

/** What a service does with the settings of named backfills while it follows them. Called by one thread at a time. */
public interface ControlListener {
    /**
     * Applies all settings after each reading, whether they have changed or not: their effect depends on topics that can be created
     * again meanwhile. If this method throws, the reading counts as failed.
     *
     * @param settings by name
     * @param forTask whether a task that has just begun waits for them
     */
    void apply(Map<String, NamedBackfill> settings, boolean forTask);

    /** An invalid record was skipped. */
    void rejected();

    /**
     * A reading has failed; the last settings stay in effect. Must not throw.
     *
     * @param outdated whether none has succeeded for five seconds
     */
    void unreadable(boolean outdated);

    /** The consequence of a failed reading: the end of a sentence, for the log. */
    String whileUnreadable();
}
