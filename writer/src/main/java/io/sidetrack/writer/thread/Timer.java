package io.sidetrack.writer.thread;

/** Runs tasks once, later. Thread-safe. */
public interface Timer {
    /**
     * Runs a task after a delay, on another thread.
     *
     * @return cancels the task, if it has not begun
     */
    Runnable after(long nanos, Runnable task);
}
