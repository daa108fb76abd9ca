package io.sidetrack.ops.progress;

/** Follows the samples of a run until it ends. */
interface ProgressListener extends AutoCloseable {
    /** Follows nothing. */
    ProgressListener NONE = new ProgressListener() {
        @Override
        public void sampled(ProgressSample sample) {}

        @Override
        public void close() {}
    };

    /** Called for each sample that is shown. */
    void sampled(ProgressSample sample);

    /** Called when the run ends, normally or because of a failure. */
    @Override
    void close();
}
