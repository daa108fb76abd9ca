package io.sidetrack.writer.hold;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The active holds of a process. The topology is paused while any hold is active. A paused topology still polls, so there is no
 * rebalance however long DynamoDB is down (W4). Thread-safe.
 */
public final class Holds {
    private final Set<Hold> active = new LinkedHashSet<>();
    private Runnable pause = () -> {};
    private Runnable resume = () -> {};

    /** Sets the actions that pause and resume; called once, before any thread runs. Pauses at once if a hold is active. */
    public synchronized void attach(Runnable pause, Runnable resume) {
        this.pause = pause;
        this.resume = resume;
        if (isPaused()) {
            pause.run();
        }
    }

    /** Adds a hold, unless it is already active. */
    public synchronized void add(Hold hold) {
        if (active.add(hold) && active.size() == 1) {
            pause.run();
        }
    }

    /** Removes a hold; resumes if it was the last one. */
    public synchronized void remove(Hold hold) {
        if (active.remove(hold) && active.isEmpty()) {
            resume.run();
        }
    }

    /** Whether the topology is paused. */
    public synchronized boolean isPaused() {
        return !active.isEmpty();
    }

    /** Whether a hold of this kind is active. */
    public synchronized boolean isActive(String code) {
        return active.stream().anyMatch(hold -> hold.code().equals(code));
    }

    /** The active holds, the oldest first. */
    public synchronized List<Hold> active() {
        return List.copyOf(active);
    }
}
