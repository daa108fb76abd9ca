package io.sidetrack.writer;

/** Makes sure that the settings of named backfills are not older than a task. */
@FunctionalInterface
interface SettingsRefresh {
    /** For a lane without settings. */
    SettingsRefresh NONE = nanos -> {};

    /**
     * Waits until the settings are at least as current as at a certain time. Gives up after two seconds, or at once if they cannot be
     * read: the last settings then stay in effect.
     *
     * @param nanos a past time, of {@link System#nanoTime}
     */
    void since(long nanos);
}
