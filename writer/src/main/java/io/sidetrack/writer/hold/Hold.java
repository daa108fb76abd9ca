package io.sidetrack.writer.hold;

import java.util.List;

/** A reason not to read from the lane. Holds are equal if they have the same kind and owner. */
public sealed interface Hold {
    /** The codes of all kinds. */
    List<String> CODES =
            List.of("waiting-for-room", "waiting-for-commit", "paused-by-operator", "quarantined", "stopping");

    /** As it is named in metrics and in the log, such as {@code waiting-for-room}. */
    String code();

    /** Who adds and removes it: a stream thread, or a part of the process. */
    String owner();

    /**
     * The buffer of a stream thread is full.
     *
     * <p>Ends when enough of that buffer is finished (by answers of the table or of the dead-letter topic), when the loss
     * of partitions empties it, and when the thread ends, at a shutdown or by a failure. An empty buffer always has room.
     */
    record WaitingForRoom(String owner) implements Hold {
        @Override
        public String code() {
            return "waiting-for-room";
        }
    }

    /**
     * A commit of a stream thread's tasks was put off because writes were in flight. Reading goes on after the commit:
     * otherwise a table that is slower than the topic would find the buffer full again at every attempt, and no commit
     * would ever succeed.
     *
     * <p>Ends when a flush finds everything durable; when the tasks that were to be committed are closed, because their
     * partitions were revoked or lost; a grace period after the buffer has become empty, whether or not Streams has
     * flushed; and when the thread ends.
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
     * <p>Ends when an operator resumes it. It does not depend on partitions. A shutdown is not delayed by it.
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
     * The process stood still for so long that its partitions may have another owner. Nothing is read or sent.
     *
     * <p>Ends after a fixed time, in which the group lets this member know. It does not depend on partitions. Flushes fail
     * meanwhile, at once: a revocation or a shutdown closes its tasks without a commit, and their records are read again.
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
     * The process is shutting down. Streams notices a shutdown only when it has nothing left to process.
     *
     * <p>Ends with the process, which halts when the limit of the shutdown has passed.
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
