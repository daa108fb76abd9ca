package io.sidetrack.router.batch;

/** Is notified when a transaction ends that a task's records are part of, on the thread that sent them. */
public interface TransactionEnd {
    /** Everything that was sent is on its lane. */
    void committed();

    /** Nothing of it is, and it will be read again. */
    void aborted();
}
