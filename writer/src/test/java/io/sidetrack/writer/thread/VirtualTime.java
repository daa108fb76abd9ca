package io.sidetrack.writer.thread;

import java.util.Comparator;
import java.util.PriorityQueue;

/** The clock and the executor of a simulation: events run one after another, in the order of their virtual times. */
final class VirtualTime {
    private final PriorityQueue<Event> events = new PriorityQueue<>(
            Comparator.comparingLong((Event event) -> event.atNanos).thenComparingLong(event -> event.number));

    private long nowNanos = 1_000_000_000L;
    private long scheduled;
    private ModelClient lastProcess;

    /** An event of a process, or of the environment if the process is null. */
    static final class Event {
        private final ModelClient process;
        private final long number;
        private final Runnable action;
        private long atNanos;
        private boolean cancelled;

        private Event(ModelClient process, long number, Runnable action, long atNanos) {
            this.process = process;
            this.number = number;
            this.action = action;
            this.atNanos = atNanos;
        }

        void cancel() {
            cancelled = true;
        }
    }

    long nowNanos() {
        return nowNanos;
    }

    /** @param process the process of the event, which is dropped if the process is killed, and delayed if it is frozen */
    Event after(long nanos, ModelClient process, Runnable action) {
        Event event = new Event(process, scheduled++, action, nowNanos + Math.max(0, nanos));
        events.add(event);
        return event;
    }

    /** The process of the last event; null for the environment. */
    ModelClient lastProcess() {
        return lastProcess;
    }

    /** Runs the next event. @return false if there is none */
    boolean step() {
        Event event = events.poll();
        if (event == null) {
            return false;
        }
        nowNanos = Math.max(nowNanos, event.atNanos);
        ModelClient process = event.process;
        if (event.cancelled || (process != null && process.isKilled())) {
            return true;
        }
        if (process != null && process.isFrozen()) {
            event.atNanos = process.whenThawed(event.atNanos);
            events.add(event);
            return true;
        }
        lastProcess = process;
        event.action.run();
        return true;
    }
}
