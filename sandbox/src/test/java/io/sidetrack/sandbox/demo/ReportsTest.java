package io.sidetrack.sandbox.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.report.Report;
import io.sidetrack.report.ReportFile;
import io.sidetrack.report.Timeline;
import io.sidetrack.report.Timeline.Merge;
import io.sidetrack.sandbox.Screen;
import io.sidetrack.sandbox.demo.DemoResult.LaneAccount;
import io.sidetrack.sandbox.demo.DemoResult.Part;
import io.sidetrack.sandbox.demo.Latencies.Seen;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

/** The demo's reports, from results that the test makes up. */
class ReportsTest {
    private static Document written(Report report, String name) throws Exception {
        // .ci/check-reports loads it in a browser.
        Path file = Files.createDirectories(Path.of("target", "pages")).resolve(name);
        new ReportFile(file).write(report);
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(Files.readAllBytes(file)));
    }

    private static String text(Document page) {
        return page.getElementsByTagName("body").item(0).getTextContent();
    }

    private static Latencies latencies(double... ms) {
        Latencies latencies = new Latencies();
        for (double one : ms) {
            latencies.add(new Seen(one, one / 10));
        }
        return latencies;
    }

    private static IncidentResult way(String name, double perSecond, double end, Latencies live, double oldestWaitMs) {
        Timeline timeline = new Timeline(240, Merge.MAX, Merge.MEAN, Merge.MAX);
        timeline.add(0, 45_000, Double.NaN, Double.NaN);
        for (double second = 0.55; second < end; second += 0.55) {
            timeline.add(
                    second,
                    Math.max(0, 45_000 - second * perSecond),
                    perSecond,
                    live.count() == 0 ? second * 1000 : live.quantile(0.99));
        }
        return new IncidentResult(name, perSecond, timeline, 149, live, oldestWaitMs);
    }

    @Test
    void theIncidentIsComparedSideBySide() throws Exception {
        List<IncidentResult> results = List.of(
                way("one by one, 3 partitions", 16.2, 30, latencies(), 29_800),
                way("batches of 25, 3 partitions", 399.1, 30, latencies(), 29_900),
                way("Sidetrack, 48 partitions", 3058.7, 14.7, latencies(310, 320, 480), 200));
        Document page = written(
                IncidentReport.of(results, 45_000, Duration.ofMillis(180), "2 processors, Java 17"), "incident.html");
        assertThat(page.getElementsByTagName("svg").getLength()).isEqualTo(4);
        assertThat(text(page))
                .contains("16.2", "10.4 days", "0 of 149 arrived; the first waits for 30 s")
                .contains("399.1", "24.6", "10.1 hours")
                .contains("3,058.7", "188.8", "1.3 hours", "p50 320 ms, p99 480 ms")
                .contains("batches of 25: highest 45,000, last 33,")
                .contains("Sidetrack: highest 45,000, last 1,261 records.")
                .contains("Sidetrack: highest 0.48, last 0.48 s.");
    }

    private static DemoResult result(long different) {
        return new DemoResult(
                100_000,
                25.9,
                new Part(latencies(130, 134, 181), 5),
                new Part(latencies(140, 150, 806), 61.4),
                207,
                18_000,
                4_180,
                23.97,
                List.of(
                        new LaneAccount("live", 267, 267, 267, 0, 0),
                        new LaneAccount("backfill", 118_000, 118_000, 117_998, 2, 0)),
                0,
                0,
                0,
                100_267,
                different);
    }

    private static Recording empty() {
        Recording recording = new Recording(
                () -> new Reading(0, 0, new Metrics(Map.of()), new Metrics(Map.of()), new Metrics(Map.of())),
                List::of,
                () -> 0,
                () -> 0);
        recording.begin("live traffic only");
        recording.end();
        return recording;
    }

    @Test
    void theDemoShowsTheEndpointsPartBesideTheLatency() throws Exception {
        Document page = written(DemoReport.of(result(0), empty(), "2 processors, Java 17"), "demo-without-data.html");
        assertThat(text(page))
                .contains("Every record arrived: all 100,267 items of the table are as sent.")
                .contains("150 ms", "806 ms", "61 ms", "5.0 ms")
                .as("61.4 ms for a call and 36.5 ms for a read")
                .contains("98 ms")
                .contains("117,998")
                .contains("no data");
        assertThat(result(0).summary())
                .contains("100,000 backfilled, 207 live, besides the warm-up")
                .contains("4,180, 24.0 items on average")
                .contains("20 ms of a live message's time without backfill, 98 ms during it")
                .contains("100,267 items, all as sent");
    }

    @Test
    void aTableThatDiffersIsUnmistakable() throws Exception {
        Document page = written(DemoReport.of(result(3), empty(), "2 processors, Java 17"), "demo-that-differs.html");
        assertThat(text(page)).contains("✗ 3 of 100,267 items are NOT as sent.");
        assertThat(result(3).summary()).contains("100,267 items, 3 NOT as sent");
    }

    @Test
    void aReportThatCannotBeWrittenIsOneLine() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Output output = new Output(
                new Screen(new PrintStream(out, true, UTF_8)), new ReportFile(Path.of("target", "none", "demo.html")));
        output.write(DemoReport.of(result(0), empty(), "2 processors, Java 17"));
        assertThat(out.toString(UTF_8))
                .startsWith("  report       not written: there is no folder ")
                .hasLineCount(1);
    }
}
