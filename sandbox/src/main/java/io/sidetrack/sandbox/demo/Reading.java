package io.sidetrack.sandbox.demo;

import io.sidetrack.sandbox.demo.Stage.Service;

/**
 * The counters of all services at one moment.
 *
 * @param nanos when it was taken
 * @param sent records in the source topic
 */
record Reading(long nanos, double sent, Metrics router, Metrics live, Metrics backfill) {
    /** Reads the end of the path first: what is on its way counts as waiting, never as a negative number. */
    static Reading of(Stage stage, String source, Service router, Service live, Service backfill) {
        Metrics liveNow = Metrics.of(live.port());
        Metrics backfillNow = Metrics.of(backfill.port());
        Metrics routerNow = Metrics.of(router.port());
        return new Reading(System.nanoTime(), stage.topics.written(source), routerNow, liveNow, backfillNow);
    }

    /** False if a service did not respond. */
    boolean isComplete() {
        return !router.isEmpty() && !live.isEmpty() && !backfill.isEmpty();
    }

    double seconds(Reading before) {
        return (nanos - before.nanos) / 1e9;
    }

    /** Records in the source that are not on a lane yet. */
    double waitingInSource() {
        return Math.max(0, sent - router.routed("live") - router.routed("backfill"));
    }

    /** Records on the live lane that are not written yet. */
    double waitingInLive() {
        return Math.max(0, router.routed("live") - live.finished());
    }

    /** Records on the backfill lane that are not written yet. */
    double waitingInBackfill() {
        return Math.max(0, router.routed("backfill") - backfill.finished());
    }

    /** The batches that both writers have sent since an earlier reading. */
    double batches(Reading before) {
        return sum("sidetrack_writer_batch_size_count") - before.sum("sidetrack_writer_batch_size_count");
    }

    /** The items in those batches. */
    double items(Reading before) {
        return sum("sidetrack_writer_batch_size_sum") - before.sum("sidetrack_writer_batch_size_sum");
    }

    private double sum(String name) {
        return live.value(name) + backfill.value(name);
    }

    /** The average duration, in ms, of the live writer's calls since an earlier reading; NaN if there was none. */
    double liveCallMs(Reading before) {
        double calls = live.sum("sidetrack_writer_request_seconds_count", "")
                - before.live.sum("sidetrack_writer_request_seconds_count", "");
        double seconds = live.sum("sidetrack_writer_request_seconds_sum", "")
                - before.live.sum("sidetrack_writer_request_seconds_sum", "");
        return calls > 0 ? seconds / calls * 1000 : Double.NaN;
    }
}
