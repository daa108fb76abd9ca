package io.sidetrack.ops.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Times from the metrics of writers. */
class WriterTimesTest {
    /** The metrics of a writer, as it serves them. */
    static String page(String lane, int calls, double seconds, double oldest) {
        return """
                # TYPE sidetrack_writer_request_seconds summary
                sidetrack_writer_info{lane="%s",table="items",topic="orders-%s"} 1.0
                sidetrack_writer_oldest_buffered_age_seconds %s
                sidetrack_writer_request_seconds_count{outcome="ok"} %d
                sidetrack_writer_request_seconds_count{outcome="throttled"} 2
                sidetrack_writer_request_seconds_sum{outcome="ok"} %s
                sidetrack_writer_request_seconds_sum{outcome="throttled"} 1.0E-1
                sidetrack_writer_request_seconds_max{outcome="ok"} 9.0
                """.formatted(lane, lane, oldest, calls, seconds);
    }

    @Test
    void addsUpTheWritersOfALane() {
        Map<String, WriterTimes> times = WriterTimes.of(
                List.of(page("live", 8, 0.4, 0.1), page("live", 18, 1.4, 7.5), page("backfill", 98, 9.9, 0)));
        assertThat(times.get("live")).isEqualTo(new WriterTimes(30, 0.4 + 0.1 + (1.4 + 0.1), 7.5));
        assertThat(times.get("backfill")).isEqualTo(new WriterTimes(100, 10, 0));
        assertThat(WriterTimes.of(List.of("no metrics"))).isEmpty();
    }

    @Test
    void aCallsDurationIsThatSinceTheLastSample() {
        WriterTimes before = new WriterTimes(100, 10, 0);
        assertThat(new WriterTimes(110, 10.5, 0).callMs(before)).isEqualTo(50);
        assertThat(before.callMs(before)).as("no call").isNaN();
        assertThat(new WriterTimes(5, 0.1, 0).callMs(before)).as("restarted").isNaN();
    }
}
