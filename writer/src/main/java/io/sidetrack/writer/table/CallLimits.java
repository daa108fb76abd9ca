package io.sidetrack.writer.table;

import java.time.Duration;

/**
 * The limits of the writer's calls to one table.
 *
 * @param timeout the time that a call may take once it has a connection; then it counts as lost, and its connection is closed
 * @param connections the connections that are open at a time, at most; a call beyond them waits for one
 * @param mostCalls the calls that there are at a time, at most, including those that wait for a connection
 */
public record CallLimits(Duration timeout, int connections, int mostCalls) {
    /** The longest time that one call takes, including the wait for a connection: every call ahead of it may time out. */
    Duration longestCall() {
        int rounds = (mostCalls + connections - 1) / connections;
        return timeout.multipliedBy(Math.max(1, rounds));
    }
}
