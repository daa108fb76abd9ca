package io.sidetrack.router.route;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.lane.BackfillNames;
import io.sidetrack.common.lane.Lane;
import io.sidetrack.router.lane.Classification;
import io.sidetrack.router.placement.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** Counts are reported when their transaction is committed, and discarded when it is aborted. */
class RouteCountsTest implements RouteListener {
    private static final Classification BY_HEADER = new Classification(Lane.BACKFILL, "header");
    private static final Classification LIVE = new Classification(Lane.LIVE, "none");

    private final List<String> reported = new ArrayList<>();
    private final RouteCounts counts = new RouteCounts(this, "h", new BackfillNames());

    @Override
    public void routed(Classification classification, long records) {
        reported.add(classification.rule() + " " + records);
    }

    @Override
    public void routedToBackfill(String name, long records) {
        reported.add(name + " " + records);
    }

    @Override
    public void parked(String name, long records) {
        reported.add("parked " + name + " " + records);
    }

    @Override
    public void discarded(String name, long records) {
        reported.add("discarded " + name + " " + records);
    }

    @Override
    public void deadLettered(Refusal refusal, String topic, int partition, long offset, boolean whole) {
        reported.add(refusal.code() + " " + offset);
    }

    @Override
    public void lost(String topic, int partition, long from, long to) {
        throw new AssertionError("route counts report no lost offsets");
    }

    private static Headers header(String value) {
        return new RecordHeaders().add("h", value.getBytes(UTF_8));
    }

    @Test
    void committedCountsAreReportedOnce() {
        counts.add(BY_HEADER, header("a"));
        counts.add(BY_HEADER, header("b"));
        counts.add(BY_HEADER, header("a"));
        counts.add(BY_HEADER, new RecordHeaders());
        counts.add(LIVE, new RecordHeaders());
        counts.addDeadLetter(Refusal.NO_KEY, "orders", 0, 7, true);
        counts.addParked(header("a"));
        counts.addParked(header("a"));
        counts.addDiscarded(header("c"));
        assertThat(reported).isEmpty();

        counts.committed();
        assertThat(reported)
                .containsExactlyInAnyOrder(
                        "header 4", "none 1", "a 2", "b 1", "(unnamed) 1", "no-key 7", "parked a 2", "discarded c 1");
        reported.clear();
        counts.committed();
        assertThat(reported).isEmpty();
    }

    @Test
    void abortedCountsAreDiscarded() {
        counts.add(BY_HEADER, header("a"));
        counts.addDeadLetter(Refusal.TOO_LARGE, "orders", 0, 7, true);
        counts.addParked(header("a"));
        counts.addDiscarded(header("a"));
        counts.aborted();
        counts.add(LIVE, new RecordHeaders());
        counts.committed();
        assertThat(reported).containsExactly("none 1");
    }
}
