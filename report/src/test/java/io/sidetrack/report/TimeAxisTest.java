package io.sidetrack.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Axes of time. */
class TimeAxisTest {
    private static List<String> labels(TimeAxis axis, double from, double to, int most) {
        return axis.ticks(from, to, most).stream().map(TimeAxis.Tick::label).toList();
    }

    @Test
    void countsInUnitsThatFitTheLength() {
        TimeAxis axis = TimeAxis.elapsed();
        assertThat(labels(axis, 0, 42, 10))
                .containsExactly("0 s", "5 s", "10 s", "15 s", "20 s", "25 s", "30 s", "35 s", "40 s");
        assertThat(labels(axis, 0, 1, 4)).containsExactly("0 s", "0.5 s", "1 s");
        assertThat(labels(axis, 0, 130, 5)).containsExactly("0:00", "0:30", "1:00", "1:30", "2:00");
        assertThat(labels(axis, 0, 600, 5)).containsExactly("0 min", "2 min", "4 min", "6 min", "8 min", "10 min");
        assertThat(labels(axis, 0, 36_000, 5)).containsExactly("0 h", "2 h", "4 h", "6 h", "8 h", "10 h");
        assertThat(labels(axis, 0, 10.2 * 86_400, 6)).containsExactly("0 d", "2 d", "4 d", "6 d", "8 d", "10 d");
        assertThat(labels(axis, 0, 400 * 86_400, 5)).containsExactly("0 d", "100 d", "200 d", "300 d", "400 d");
    }

    @Test
    void ticksAreAtRoundTimesOfDay() {
        TimeAxis axis = TimeAxis.of(Instant.parse("2026-03-01T23:59:43.250Z"));
        assertThat(labels(axis, 0, 40, 4)).containsExactly("23:59:50", "00:00:00", "00:00:10", "00:00:20");
        assertThat(axis.ticks(0, 40, 4).get(0).second()).isEqualTo(6.75);
        assertThat(labels(axis, 0, 3600, 4)).containsExactly("00:00", "00:15", "00:30", "00:45");
        assertThat(labels(axis, 0, 3 * 86_400, 4)).containsExactly("2 Mar", "3 Mar", "4 Mar");
    }

    @Test
    void labelsOfAShortTimeDiffer() {
        assertThat(labels(TimeAxis.of(Instant.parse("2026-03-01T12:00:00.500Z")), 0, 2, 10))
                .containsExactly("12:00:01", "12:00:02");
    }

    @Test
    void aTableHasExactTimes() {
        assertThat(TimeAxis.elapsed().text(12.34, 60)).isEqualTo("12.3 s");
        assertThat(TimeAxis.elapsed().text(12.34, 600)).isEqualTo("0:12");
        assertThat(TimeAxis.elapsed().text(7265, 8000)).isEqualTo("2:01:05");
        assertThat(TimeAxis.elapsed().text(86_400, 864_000)).isEqualTo("1.00 d");
        assertThat(TimeAxis.of(Instant.EPOCH).text(61, 100)).isEqualTo("00:01:01");
    }
}
