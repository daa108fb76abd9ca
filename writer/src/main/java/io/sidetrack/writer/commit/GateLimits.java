package io.sidetrack.writer.commit;

import java.time.Duration;

/**
 * How long the gate may hold a commit up.
 *
 * @param onInterval a commit that can be put off; then the thread polls, and the commit is tried again
 * @param onRevocation a commit before partitions go to another member; less than {@code max.poll.interval.ms}
 * @param onStop a commit while the process stops
 * @param afterLast how long to wait for what is in flight when the thread has ended without a commit
 */
public record GateLimits(Duration onInterval, Duration onRevocation, Duration onStop, Duration afterLast) {}
