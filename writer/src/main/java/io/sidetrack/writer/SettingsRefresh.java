package io.sidetrack.writer;

/** Makes sure that the settings of named backfills are not older than a task, and shows whether they are recent. */
interface SettingsRefresh {
    /** For a lane without settings. */
    SettingsRefresh NONE = new SettingsRefresh() {
        @Override
        public void since(long nanos) {}

        @Override
        public boolean isRecent() {
            return true;
        }
    };

    /**
     * Waits until the settings are at least as current as at a certain time. Gives up after two seconds, or at once if they cannot be
     * read: the last settings then stay in effect.
     *
     * @param nanos a past time, of {@link System#nanoTime}
     */
    void since(long nanos);

    /**
     * Whether the settings were read a few seconds ago. If not, an operator may have resumed a backfill that is cancelled as far as
     * this process knows, so nothing must be done that cannot be undone.
     */
    boolean isRecent();
}
