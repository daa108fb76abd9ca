package io.sidetrack.writer.table;

/** Hears of every call to DynamoDB. Called on any thread. */
public interface RequestEvents {
    /**
     * A call has ended.
     *
     * @param outcome one of few words, such as {@code ok}, {@code unprocessed} or {@code timeout}
     */
    void answered(String outcome, long nanos);

    /**
     * A statement of a batch has failed, inside an answer with HTTP status 200.
     *
     * @param code DynamoDB's error code, or {@code (other)} for one that this version does not know
     */
    void statementFailed(String code);
}
