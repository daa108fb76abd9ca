package io.sidetrack.router.batch;

/** Receives the end of a transaction that contains a task's records. Called by the thread that sent them. */
public interface TransactionListener {
    /** Every sent record is on its lane. */
    void committed();

    /** No sent record is on its lane; all of them will be read again. */
    void aborted();
}
