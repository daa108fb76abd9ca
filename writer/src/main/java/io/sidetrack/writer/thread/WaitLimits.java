package io.sidetrack.writer.thread;

import java.time.Duration;

/**
 * How long a stream thread waits.
 *
 * @param forRoom while the buffer is full, before the topology is paused
 * @param onInterval in a commit that can be put off; then the thread polls, and the commit is tried again
 * @param onRevocation in all flushes of a revocation together; less than {@code max.poll.interval.ms}
 * @param forAnswers for calls in flight to end, when a task is closed without a commit or the thread ends
 */
public record WaitLimits(Duration forRoom, Duration onInterval, Duration onRevocation, Duration forAnswers) {}
