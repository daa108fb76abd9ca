package io.sidetrack.common.control;

/** Makes sure that the settings of named backfills are not older than a task, and shows whether they are recent. */
public interface RecentSettings extends SettingsRefresh {
    /** For a lane without settings. */
    RecentSettings NONE = new RecentSettings() {
        @Override
        public void since(long nanos) {}

        @Override
        public boolean isRecent() {
            return true;
        }
    };

    /**
     * Whether the settings were read in the last five seconds, and the last reading has not failed. If not, an operator may have
     * resumed a backfill that is cancelled as far as this process knows, so nothing must be done that cannot be undone.
     */
    boolean isRecent();
}
