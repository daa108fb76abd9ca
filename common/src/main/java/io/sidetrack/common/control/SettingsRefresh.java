package io.sidetrack.common.control;

/** Makes sure that the settings of named backfills are not older than a task. */
@FunctionalInterface
public interface SettingsRefresh {
    /**
     * Waits until the settings are at least as current as at a certain time. Gives up after two seconds, or at once if they cannot be
     * read: the last settings then stay in effect.
     *
     * @param nanos a past time, of {@link System#nanoTime} or of a test's clock
     */
    void since(long nanos);
}
