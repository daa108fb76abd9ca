package io.sidetrack.common.thread;

import java.util.concurrent.ThreadFactory;

/** Creates daemon threads. */
public final class Daemons {
    private Daemons() {}

    /** A factory of daemon threads that all have this name. */
    public static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
