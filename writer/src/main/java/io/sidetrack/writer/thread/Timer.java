package io.sidetrack.writer.thread;

/** Runs tasks after a delay. Thread-safe. */
public interface Timer {
    /**
     * Schedules a task to run once, on another thread.
     *
     * @return a handle that cancels the task if it has not begun
     */
    Runnable after(long nanos, Runnable task);
}
