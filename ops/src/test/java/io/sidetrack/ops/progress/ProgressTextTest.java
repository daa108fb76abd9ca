package io.sidetrack.ops.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.control.Steering;
import io.sidetrack.ops.cluster.GroupPosition;
import io.sidetrack.ops.cluster.OffsetRange;
import io.sidetrack.ops.progress.LaneProgress.Reader;
import io.sidetrack.ops.scrape.Throttling;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The text for two samples. */
class ProgressTextTest {
    private static GroupPosition at(long start, long committed, long end) {
        return new GroupPosition(
                "orders-backfill",
                "writer",
                new TreeMap<>(Map.of(
                        0,
                        new GroupPosition.PartitionPosition(new OffsetRange(start, end), OptionalLong.of(committed)))));
    }

    private static Rates rates(double read, double arriving) {
        return new Rates(OptionalDouble.of(read), arriving, OptionalDouble.of(1), OptionalDouble.of(1));
    }

    private static String line(GroupPosition now, Rates rates, Reader reader) {
        return lines(LaneProgress.of("backfill", now, rates, reader, true), false, false)
                .get(0);
    }

    private static List<String> lines(LaneProgress progress, boolean partitions, boolean bars) {
        return new ProgressText(partitions)
                .lines(
                        List.of(progress),
                        Map.of(),
                        Backfills.NONE,
                        Throttling.NONE,
                        Steering.NONE,
                        Optional.empty(),
                        bars);
    }

    @Test
    void showsLagRateAndTimeLeft() {
        assertThat(line(at(0, 4000, 10_000), rates(1000, 0), Reader.MEMBERS))
                .isEqualTo(
                        "backfill  40.0 % of 10,000 offsets in orders-backfill, lag 6,000, 1,000/s read, 0/s arriving,"
                                + " 0:06 left");
    }

    @Test
    void ratesCountRecordsAndTheTimeLeftDependsOnOffsets() {
        Rates halfMarkers = new Rates(OptionalDouble.of(10), 4, OptionalDouble.of(0.5), OptionalDouble.of(0.55));
        assertThat(line(at(0, 0, 60), halfMarkers, Reader.MEMBERS))
                .endsWith("lag 60, 5/s read, 2.2/s arriving, 0:10 left");
        Rates unreadable = new Rates(OptionalDouble.of(10), 4, OptionalDouble.empty(), OptionalDouble.empty());
        assertThat(line(at(0, 0, 60), unreadable, Reader.MEMBERS))
                .endsWith("10 offsets/s read, 4 offsets/s arriving, 0:10 left");
    }

    @Test
    void barsFitIntoEightyColumns() {
        LaneProgress large =
                LaneProgress.of("backfill", at(0, 7_250_000, 14_500_000), rates(100_000, 50_000), Reader.MEMBERS, true);
        List<String> lines = lines(large, true, true);
        assertThat(lines).allMatch(line -> line.length() <= 80).hasSize(3);
        assertThat(lines.get(0)).startsWith("backfill [############------------]  50.0 %, 2:25 left, orders-backfill");
        TreeMap<Integer, GroupPosition.PartitionPosition> positions = new TreeMap<>();
        for (int partition = 0; partition < 48; partition++) {
            positions.put(
                    partition, new GroupPosition.PartitionPosition(new OffsetRange(0, 300_000), OptionalLong.of(0)));
        }
        List<String> many = lines(
                LaneProgress.of("backfill", new GroupPosition("t", "g", positions), rates(1, 1), Reader.MEMBERS, true),
                true,
                true);
        assertThat(many).allMatch(line -> line.length() <= 80).hasSizeLessThan(14);
        assertThat(String.join("", many)).contains(" 0: 300,000;", " 47: 300,000;");
        LaneProgress named = LaneProgress.of(
                "backfill",
                new GroupPosition("orders-of-a-customer-with-a-long-name-backfill", "g", positions),
                rates(1, 1),
                Reader.NOBODY,
                true);
        assertThat(lines(named, false, true).get(0)).hasSize(80).endsWith("0.0 %, keeping up, orders-of-a-customer...");
    }

    @Test
    void linesDoNotWrapSoThatTheCursorMovesUpByTheirNumber() {
        assertThat(replaced(2, "a", "b%")).isEqualTo("\u001b[2A\r\u001b[J\u001b[?7la\nb%\n\u001b[?7h");
        assertThat(replaced(0, "a")).startsWith("\u001b[?7la");
    }

    private static String replaced(int before, String... lines) {
        StringWriter out = new StringWriter();
        ProgressText.replace(new PrintWriter(out), List.of(lines), before);
        return out.toString().replace(System.lineSeparator(), "\n");
    }

    @Test
    void showsWhyNoEndIsExpected() {
        GroupPosition some = at(0, 1000, 20_000);
        assertThat(line(some, rates(500, 5000), Reader.MEMBERS)).endsWith("falling behind");
        assertThat(line(some, rates(0, 0), Reader.NOBODY)).endsWith("no reader");
        assertThat(line(some, rates(0, 0), Reader.MEMBERS)).endsWith("its readers do not advance");
        assertThat(line(some, rates(0, 0), Reader.PAUSED)).endsWith("paused");
        assertThat(line(some, rates(4.9, 5), Reader.MEMBERS)).endsWith("4.9/s read, 5/s arriving, keeping up");
        Rates unknown = new Rates(OptionalDouble.empty(), 5, OptionalDouble.empty(), OptionalDouble.of(1));
        assertThat(line(some, unknown, Reader.MEMBERS))
                .endsWith("read rate not known yet, 5/s arriving, no commit of its readers yet");
        assertThat(line(at(0, 10_000, 10_000), rates(0, 0), Reader.NOBODY)).endsWith("nothing left");
        assertThat(line(at(0, 0, 0), rates(0, 0), Reader.NOBODY))
                .contains("100.0 %")
                .endsWith("nothing left");
    }

    @Test
    void lagWithoutRecordsCountsAsNothingLeft() {
        LaneProgress markers =
                LaneProgress.of("backfill", at(0, 301_000, 301_004), rates(500, 0), Reader.MEMBERS, false);
        assertThat(markers.secondsLeft()).contains(0.0);
        assertThat(lines(markers, false, false).get(0))
                .contains("100.0 % of 301,004 offsets", "lag 4,")
                .endsWith("nothing left: the lag contains no record");
    }

    @Test
    void ignoresACommittedOffsetBeyondTheEnd() {
        assertThat(at(5, 100, 10).next()).isEqualTo(Map.of(0, 5L));
        assertThat(at(5, 100, 10).lag()).isEqualTo(5);
    }

    @Test
    void roundsThePercentageDown() {
        assertThat(line(at(0, 999_999, 1_000_000), rates(1, 0), Reader.MEMBERS)).contains(" 99.9 %");
    }

    @Test
    void deletedRecordsAreNotPartOfTheLag() {
        GroupPosition position = at(500, 100, 1000);
        assertThat(position.lag()).isEqualTo(500);
        assertThat(position.lost()).isEqualTo(400);
    }
}
