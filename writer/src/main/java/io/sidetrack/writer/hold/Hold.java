package io.sidetrack.writer.hold;

import java.util.List;

/** A reason not to read from the lane. Holds are equal if they have the same kind and owner. */
public sealed interface Hold {
    /** The codes of all kinds. */
    List<String> CODES =
            List.of("waiting-for-room", "waiting-for-commit", "paused-by-operator", "quarantined", "stopping");

    /** The name in metrics and in the log, such as {@code waiting-for-room}. */
    String code();

    /** The stream thread or the part of the process that adds and removes the hold. */
    String owner();

    /**
     * The buffer of a stream thread is full.
     *
     * <p>Ends when enough of the buffered records are finished (by responses of the table or of a topic), when
     * the loss of partitions empties the buffer, and when the thread ends, in a shutdown or by a failure. An empty buffer
     * always has room.
     */
    record WaitingForRoom(String owner) implements Hold {
        @Override
        public String code() {
            return "waiting-for-room";
        }
    }

    /**
     * A commit of a stream thread's tasks was postponed because writes were in flight. Reading continues after the commit:
     * otherwise, with a table that is slower than the topic, the buffer would be full again at every attempt, and no commit
     * would ever succeed.
     *
     * <p>Ends when a flush finds every record durable; when the tasks to commit are closed, because their partitions were
     * revoked or lost; a grace period after the buffer has become empty, whether or not Streams has flushed; and when the
     * thread ends.
     */
    record WaitingForCommit(String owner) implements Hold {
        @Override
        public String code() {
            return "waiting-for-commit";
        }
    }

    /**
     * An operator has paused the backfill.
     *
     * <p>Ends when an operator resumes the backfill. It does not depend on partitions, and does not delay a shutdown.
     */
    record PausedByOperator() implements Hold {
        @Override
        public String code() {
            return "paused-by-operator";
        }

        @Override
        public String owner() {
            return "operator";
        }
    }

    /**
     * The process was frozen for so long that its partitions may have another owner. Nothing is read or sent.
     *
     * <p>Ends after a fixed time, in which this member learns from the group whether it was removed. It does not depend on
     * partitions. In the meantime, flushes fail at once: a revocation or a shutdown closes its tasks without a commit, and
     * their records are read again.
     */
    record Quarantined() implements Hold {
        @Override
        public String code() {
            return "quarantined";
        }

        @Override
        public String owner() {
            return "freeze watch";
        }
    }

    /**
     * The process is shutting down. Streams checks for a shutdown only when it has nothing left to process.
     *
     * <p>Ends with the process, which halts at the time limit of the shutdown.
     */
    record Stopping() implements Hold {
        @Override
        public String code() {
            return "stopping";
        }

        @Override
        public String owner() {
            return "shutdown";
        }
    }
}
