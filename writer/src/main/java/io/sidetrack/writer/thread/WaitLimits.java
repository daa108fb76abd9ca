package io.sidetrack.writer.thread;

import java.time.Duration;

/**
 * The limits of a stream thread's waits.
 *
 * @param forRoom the wait while the buffer is full, before the topology is paused
 * @param onInterval the wait in a commit that can be postponed; afterwards, the thread polls and tries again
 * @param onRevocation the wait in all flushes of a revocation together; less than {@code max.poll.interval.ms}
 * @param forOutcomes the wait for batches in flight when a task is closed without a commit, or when the thread ends
 */
public record WaitLimits(Duration forRoom, Duration onInterval, Duration onRevocation, Duration forOutcomes) {}
