package io.sidetrack.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** A line that is rewritten in place. */
class ProgressLineTest {
    private final StringWriter screen = new StringWriter();
    private long nowNanos;
    private final ProgressLine line = new ProgressLine(new PrintableWriter(new PrintWriter(screen)), () -> nowNanos);

    private void updateAfter(long ms, String text) {
        nowNanos += ms * 1_000_000;
        line.update(() -> text);
    }

    private static String shown(String text) {
        return "\r\u001b[?7l" + text + "\u001b[K\u001b[?7h";
    }

    @Test
    void isRewrittenFiveTimesASecondAtMostAndRemoved() {
        updateAfter(199, "a");
        updateAfter(1, "b");
        updateAfter(199, "c");
        updateAfter(1, "d");
        line.clear();
        assertThat(screen).hasToString(shown("b") + shown("d") + "\r\u001b[K");
    }

    @Test
    void showsNothingOfWorkThatIsSoonDone() {
        updateAfter(199, "a");
        line.end(() -> "b");
        line.clear();
        assertThat(screen.toString()).isEmpty();
    }

    @Test
    void lastTextStays() {
        updateAfter(200, "a");
        line.end(() -> "b");
        assertThat(screen).hasToString(shown("a") + shown("b") + System.lineSeparator());
    }

    @Test
    void textCannotSteerTheTerminal() {
        updateAfter(200, "a\u001b[2Jb\nc");
        assertThat(screen).hasToString(shown("a\\u001b[2Jb\\nc"));
    }

    @Test
    void durationsAreMinutesHoursOrDays() {
        assertThat(DurationText.of(0)).isEqualTo("0:00");
        assertThat(DurationText.of(59.6)).isEqualTo("1:00");
        assertThat(DurationText.of(3_599)).isEqualTo("59:59");
        assertThat(DurationText.of(3_600)).isEqualTo("1:00:00");
        assertThat(DurationText.of(172_799)).isEqualTo("47:59:59");
        assertThat(DurationText.of(172_800)).isEqualTo("2.0 days");
    }
}
