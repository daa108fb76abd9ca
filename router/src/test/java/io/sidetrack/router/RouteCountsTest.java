package io.sidetrack.router;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.lane.Lane;
import io.sidetrack.router.lane.Verdict;
import io.sidetrack.router.placement.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** What was routed is reported when it cannot be undone. */
class RouteCountsTest implements RouteListener {
    private static final Verdict BY_HEADER = new Verdict(Lane.BACKFILL, "header");
    private static final Verdict LIVE = new Verdict(Lane.LIVE, "none");

    private final List<String> reported = new ArrayList<>();
    private final RouteCounts counts = new RouteCounts(this, "h", new BackfillNames());

    @Override
    public void routed(Verdict verdict, long records) {
        reported.add(verdict.rule() + " " + records);
    }

    @Override
    public void named(String name, long records) {
        reported.add(name + " " + records);
    }

    @Override
    public void buried(Refusal refusal, String topic, int partition, long offset, boolean whole) {
        reported.add(refusal.code() + " " + offset);
    }

    @Override
    public void lost(String topic, int partition, long from, long to) {
        throw new AssertionError("not reported here");
    }

    private static Headers header(String value) {
        return new RecordHeaders().add("h", value.getBytes(UTF_8));
    }

    @Test
    void reportsOnceWhatWasCommitted() {
        counts.add(BY_HEADER, header("a"));
        counts.add(BY_HEADER, header("b"));
        counts.add(BY_HEADER, header("a"));
        counts.add(BY_HEADER, new RecordHeaders());
        counts.add(LIVE, new RecordHeaders());
        counts.addBuried(Refusal.NO_KEY, "orders", 0, 7, true);
        assertThat(reported).isEmpty();

        counts.committed();
        assertThat(reported).containsExactlyInAnyOrder("header 4", "none 1", "a 2", "b 1", "(unnamed) 1", "no-key 7");
        reported.clear();
        counts.committed();
        assertThat(reported).isEmpty();
    }

    @Test
    void forgetsWhatWasAborted() {
        counts.add(BY_HEADER, header("a"));
        counts.addBuried(Refusal.TOO_LARGE, "orders", 0, 7, true);
        counts.aborted();
        counts.add(LIVE, new RecordHeaders());
        counts.committed();
        assertThat(reported).containsExactly("none 1");
    }
}
