package io.sidetrack.ops.progress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.control.Steering;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.status.BackfillOutcome;
import io.sidetrack.common.status.StatusEntry.NameCounts;
import io.sidetrack.ops.cluster.GroupPosition;
import io.sidetrack.ops.cluster.OffsetRange;
import io.sidetrack.ops.progress.LaneProgress.Reader;
import io.sidetrack.ops.scrape.Throttling;
import io.sidetrack.report.ReportFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** The page of {@code progress --html}, in virtual time. */
class ProgressPageTest {
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final String HOSTILE = "<script>alert(1)</script>\u202e";

    @TempDir
    Path folder;

    private final VirtualClock clock = new VirtualClock();

    /** Starts a moment before midnight. */
    private static final class VirtualClock extends Clock {
        private Duration passed = Duration.ZERO;

        void pass(Duration time) {
            passed = passed.plus(time);
        }

        long nanos() {
            return passed.toNanos();
        }

        @Override
        public Instant instant() {
            return Instant.parse("2026-03-01T23:59:50Z").plus(passed);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private ProgressPage page() {
        return ProgressPage.open(folder.resolve("progress.html"), INTERVAL, clock, clock::nanos);
    }

    private String file() {
        try {
            return Files.readString(folder.resolve("progress.html"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Document parsed() throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(file().getBytes(UTF_8)));
    }

    private static LaneProgress lane(String name, long lag, double rate) {
        GroupPosition position = new GroupPosition(
                "orders-" + name,
                "reader-of-" + name,
                new TreeMap<>(Map.of(
                        0,
                        new GroupPosition.PartitionPosition(
                                new OffsetRange(0, 100_000), OptionalLong.of(100_000 - lag)))));
        Rates rates = new Rates(OptionalDouble.of(rate), 0, OptionalDouble.of(1), OptionalDouble.of(1));
        return LaneProgress.of(name, position, rates, Reader.MEMBERS, true);
    }

    private static ProgressSample sample(long lag, Map<String, Long> named, Map<URI, String> metrics) {
        return new ProgressSample(
                List.of(lane("router", 0, 5), lane("live", 3, 5), lane("backfill", lag, 1234)),
                named,
                new Backfills(named.isEmpty() ? List.of() : List.of(COUNTED), 0, 0),
                metrics,
                Throttling.of(metrics.values()),
                Steering.NONE,
                Optional.empty());
    }

    /** What routers and writers have published. */
    private static final BackfillProgress COUNTED = new BackfillProgress(
            "orders-2018",
            Optional.of(NamedBackfill.paused(0).resuming(Map.of(), Map.of(), 0)),
            Optional.of(new NameCounts(1, Map.of(BackfillOutcome.ROUTED, 9_876L))),
            Optional.of(new NameCounts(1, Map.of(BackfillOutcome.WRITTEN, 4_321L))),
            Optional.empty(),
            OptionalDouble.empty());

    @Test
    void showsLanesBackfillsAndLatency() throws Exception {
        URI writer = URI.create("http://localhost:8082");
        try (ProgressPage page = page()) {
            page.sampled(sample(61_234, Map.of(), Map.of(writer, WriterTimesTest.page("backfill", 0, 0, 0.5))));
            clock.pass(INTERVAL);
            page.sampled(sample(
                    50_000,
                    Map.of("orders-2019", 7_654L, HOSTILE, 1L),
                    Map.of(writer, WriterTimesTest.page("backfill", 10, 0.42, 0.25))));
            String text = parsed().getDocumentElement().getTextContent();
            assertThat(text)
                    .contains("Running: this page is read again every 5 s.")
                    .contains("Measured from 2026-03-01 23:59:50 UTC to 2026-03-01 23:59:52 UTC")
                    .contains("23:59:50", "23:59:52")
                    .contains("61,234", "50,000 of 100,000")
                    .contains("1,234/s read, 0/s arriving")
                    .contains("orders-2019", "7,654")
                    .contains("orders-2018", "9,876", "4,321", "5,555", "resuming")
                    .contains("<script>alert(1)</script>\\u202e")
                    .as("10 calls in 420 ms")
                    .contains("backfill writers: highest 42, last 42 ms.");
            assertThat(parsed().getElementsByTagName("script").getLength()).isZero();
            assertThat(parsed().getElementsByTagName("svg").getLength()).isEqualTo(6);
            assertThat(file()).contains("http-equiv=\"refresh\" content=\"5\"");
        }
    }

    @Test
    void keepsTheLastStateWhenTheRunEnds() throws Exception {
        ProgressPage page = page();
        page.sampled(sample(10, Map.of(), Map.of()));
        clock.pass(Duration.ofMinutes(1));
        page.close();
        assertThat(parsed().getDocumentElement().getTextContent())
                .contains("Ended at 2026-03-02 00:00:50 UTC: this page does not change any more.")
                .contains("Measured at 2026-03-01 23:59:50 UTC")
                .contains("10 of 100,000");
        assertThat(file()).doesNotContain("refresh");
        String ended = file();
        page.sampled(sample(5, Map.of(), Map.of()));
        page.close();
        assertThat(file()).as("a sample after the end").isEqualTo(ended);
    }

    @Test
    void showsThatNothingIsLeft() throws Exception {
        try (ProgressPage page = page()) {
            page.sampled(new ProgressSample(
                    List.of(lane("router", 0, 0), lane("backfill", 0, 0)),
                    Map.of(),
                    Backfills.NONE,
                    Map.of(),
                    Throttling.NONE,
                    Steering.NONE,
                    Optional.empty()));
            assertThat(parsed().getDocumentElement().getTextContent()).contains("Nothing is left. Running");
        }
    }

    @Test
    void existsBeforeTheFirstSample() throws Exception {
        ProgressPage page = page();
        assertThat(parsed().getDocumentElement().getTextContent()).contains("Waiting for the first measurement.");
        page.close();
        assertThat(parsed().getDocumentElement().getTextContent()).contains("Ended before the first measurement.");
    }

    @Test
    void staysSmallHoweverLongItRunsAndKeepsPeaks() throws Exception {
        ProgressHistory history = new ProgressHistory(10);
        for (int i = 0; i < 100_000; i++) {
            history.add(2.0 * i, sample(i == 51_234 ? 99_999 : 50_000, Map.of(), Map.of()));
        }
        assertThat(history.seconds()).hasSizeBetween(120, 240);
        new ReportFile(folder.resolve("progress.html"))
                .write(ProgressReport.of(
                        history, clock.instant(), clock.instant(), Optional.empty(), OptionalInt.of(5)));
        assertThat(file()).contains("backfill: highest 99,999, last 50,000 offsets.");
        assertThat(file().length()).isLessThan(500_000);
    }

    @Test
    void aTimeWithoutSamplesInterruptsTheLines() {
        try (ProgressPage page = page()) {
            page.sampled(sample(50_000, Map.of(), Map.of()));
            clock.pass(Duration.ofHours(1));
            page.sampled(sample(40_000, Map.of(), Map.of()));
            assertThat(file()).contains("<th scope=\"row\">00:29:50</th><td>–</td><td>–</td><td>–</td>");
            assertThat(file()).contains("class=\"dot orange\"");
        }
    }

    @Test
    void refusesAFileThatCannotBeWritten() {
        Path file = folder.resolve("none").resolve("progress.html");
        assertThatThrownBy(() -> ProgressPage.open(file, INTERVAL, clock, clock::nanos))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("--html=" + file + ": the file cannot be written: there is no folder");
    }
}
