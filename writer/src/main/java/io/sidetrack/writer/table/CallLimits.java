package io.sidetrack.writer.table;

import java.time.Duration;

/**
 * The limits of the writer's calls to one table.
 *
 * @param timeout the time limit of a call once it has a connection; after that, it counts as lost and its connection is closed
 * @param connections the limit of open connections; further calls wait for one
 * @param maxCalls the limit of concurrent calls, including those that wait for a connection
 */
public record CallLimits(Duration timeout, int connections, int maxCalls) {
    /** The longest time that a call takes, including its wait for a connection: every call ahead of it may time out. */
    Duration maxCallTime() {
        int rounds = (maxCalls + connections - 1) / connections;
        return timeout.multipliedBy(Math.max(1, rounds));
    }
}
