package io.sidetrack.writer.table;

/** A listener for the calls to DynamoDB. Called on any thread. */
public interface RequestEvents extends GuardEvents {
    /**
     * A call is sent.
     *
     * @param operation the operation's name in the API, such as {@code PutItem}
     * @param items the items in the call
     */
    void requestSent(String operation, int items);

    /**
     * A call has ended.
     *
     * @param outcome one of a few words, such as {@code ok}, {@code unprocessed} or {@code timeout}
     */
    void requestCompleted(String outcome, long nanos);

    /**
     * A statement of a batch has failed, within a response with HTTP status 200.
     *
     * @param code DynamoDB's error code, or {@code (other)} for a code that is unknown to this version
     */
    void statementFailed(String code);

    /** DynamoDB throttled a call for this reason. A call can have several. */
    void throttled(ThrottlingReason reason);
}
