package io.sidetrack.writer.commit;

import java.util.HashSet;
import java.util.Set;

/**
 * Pauses the whole topology while any thread wants it. Polling goes on while paused, so the group stays as it is
 * however long DynamoDB is away. Thread-safe.
 */
public final class PauseSwitch {
    private final Set<Object> holders = new HashSet<>();
    private Runnable pause = () -> {};
    private Runnable resume = () -> {};

    /** Says how to pause and resume; called once, before any thread runs. Pauses at once if somebody holds already. */
    public synchronized void attach(Runnable pause, Runnable resume) {
        this.pause = pause;
        this.resume = resume;
        if (isPaused()) {
            pause.run();
        }
    }

    /** Pauses, until every holder has released; a holder that holds already changes nothing. */
    public synchronized void hold(Object holder) {
        if (holders.add(holder) && holders.size() == 1) {
            pause.run();
        }
    }

    /** Resumes, if nobody else holds. */
    public synchronized void release(Object holder) {
        if (holders.remove(holder) && holders.isEmpty()) {
            resume.run();
        }
    }

    /** Whether the topology is paused. */
    public synchronized boolean isPaused() {
        return !holders.isEmpty();
    }
}
