package io.sidetrack.ops.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.cluster.FirstRecord;
import io.sidetrack.ops.cluster.OffsetRange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class SliceResolverTest {
    private static final Bound SOME_INSTANT = new Bound.At(Instant.EPOCH);

    private static SliceResolver resolver(
            Map<Integer, OffsetRange> held,
            Bound from,
            Map<Integer, FirstRecord> firstFrom,
            Bound to,
            Map<Integer, FirstRecord> firstTo) {
        Map<Integer, FirstRecord> first = new TreeMap<>();
        held.forEach((partition, range) -> {
            if (range.length() > 0) {
                first.put(partition, new FirstRecord(range.start(), 86_400_000));
            }
        });
        Map<Integer, Long> written = new TreeMap<>();
        held.forEach((partition, range) -> written.put(partition, range.end()));
        return new SliceResolver("orders", new TreeMap<>(held), written, first, from, firstFrom, to, firstTo);
    }

    private static SliceResolver from(Map<Integer, OffsetRange> held, Bound from, Map<Integer, FirstRecord> firstFrom) {
        return resolver(held, from, firstFrom, new Bound.Latest(), Map.of());
    }

    @Test
    void instantsBecomeTheFirstOffsetsFromThemOn() {
        SliceResolver resolver = resolver(
                Map.of(0, new OffsetRange(10, 90), 1, new OffsetRange(0, 50), 2, new OffsetRange(5, 5)),
                SOME_INSTANT,
                Map.of(0, new FirstRecord(20, 0), 1, new FirstRecord(0, 0)),
                SOME_INSTANT,
                Map.of(0, new FirstRecord(80, 0), 1, new FirstRecord(60, 0)));

        // Partition 1 ends at its first open transaction, partition 2 has no record.
        assertThat(resolver.slice().ranges())
                .isEqualTo(Map.of(0, new OffsetRange(20, 80), 1, new OffsetRange(0, 50), 2, new OffsetRange(5, 5)));
    }

    @Test
    void sliceIsNeverNegative() {
        assertThat(resolver(
                                Map.of(0, new OffsetRange(0, 50)),
                                new Bound.Offset(40),
                                Map.of(),
                                new Bound.Offset(7),
                                Map.of())
                        .slice()
                        .offsets())
                .isZero();
    }

    @Test
    void offsetBeyondTheEndIsRefused() {
        assertThatThrownBy(() -> from(Map.of(3, new OffsetRange(0, 50)), new Bound.Offset(51), Map.of())
                        .slice())
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("--from=51")
                .hasMessageContaining("partition 3 ends at offset 50");
    }

    @Test
    void deletedOffsetIsRefusedWithWhatIsLeft() {
        SliceResolver resolver = from(Map.of(3, new OffsetRange(10, 50)), new Bound.Offset(9), Map.of());
        assertThatThrownBy(() -> resolver.requireWhole("--from=9"))
                .isInstanceOf(OpsException.class)
                .hasMessageContaining("--from=9: records before that may be deleted in 1 of 1 partitions of orders")
                .hasMessageContaining("(partition 3 begins at offset 10, 1970-01-02T00:00:00Z)")
                .hasMessageContaining("--allow-deleted")
                .hasMessageNotContaining("\n");
        assertThat(resolver.slice().ranges()).isEqualTo(Map.of(3, new OffsetRange(10, 50)));
    }

    @Test
    void instantThatReachesTheBeginningOfACutPartitionIsRefused() {
        // In order: whole, begins later, the first retained record is of the slice, nothing is retained.
        SliceResolver resolver = from(
                Map.of(
                        0, new OffsetRange(0, 9),
                        1, new OffsetRange(5, 9),
                        2, new OffsetRange(5, 9),
                        3, new OffsetRange(5, 5)),
                SOME_INSTANT,
                Map.of(0, new FirstRecord(0, 1), 1, new FirstRecord(6, 1), 2, new FirstRecord(5, 1)));
        assertThatThrownBy(() -> resolver.requireWhole("--from=-7d"))
                .hasMessageContaining("in 2 of 4 partitions")
                .hasMessageContaining(
                        "(partition 2 begins at offset 5, 1970-01-02T00:00:00Z; partition 3 holds no record)");
    }

    @Test
    void partitionWithoutRecordsOfTheSliceIsNotRefused() {
        assertThatCode(() -> from(Map.of(0, new OffsetRange(5, 9)), SOME_INSTANT, Map.of())
                        .requireWhole(""))
                .doesNotThrowAnyException();
        assertThatCode(() -> from(Map.of(0, new OffsetRange(5, 9)), new Bound.Earliest(), Map.of())
                        .requireWhole(""))
                .doesNotThrowAnyException();
        assertThatCode(() -> from(Map.of(0, new OffsetRange(5, 9)), new Bound.Offset(5), Map.of())
                        .requireWhole(""))
                .doesNotThrowAnyException();
    }

    @Test
    void messageNamesOnlyAFewPartitions() {
        Map<Integer, OffsetRange> held = new TreeMap<>();
        for (int partition = 0; partition < 1_000; partition++) {
            held.put(partition, new OffsetRange(1, 1));
        }
        assertThatThrownBy(() -> from(held, SOME_INSTANT, Map.of()).requireWhole(""))
                .hasMessageContaining("in 1000 of 1000 partitions")
                .hasMessageContaining("; ...)")
                .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(400));
    }

    @Test
    void endAtARecordFromTheFutureIsNoted() {
        Instant now = Instant.parse("2026-05-01T00:00:00Z");
        SliceResolver resolver = resolver(
                Map.of(0, new OffsetRange(0, 9), 1, new OffsetRange(0, 9)),
                new Bound.Earliest(),
                Map.of(),
                SOME_INSTANT,
                Map.of(
                        0, new FirstRecord(4, now.toEpochMilli()),
                        1, new FirstRecord(2, now.toEpochMilli() + 1)));
        assertThat(resolver.notes(now))
                .singleElement()
                .asString()
                .contains("partition 1 of orders ends at offset 2")
                .contains("in the future (2026-05-01T00:00:00.001Z)");
    }

    @Test
    void recordsBehindAnOpenTransactionAreNoted() {
        Map<Integer, OffsetRange> held = new TreeMap<>();
        Map<Integer, Long> written = new TreeMap<>();
        for (int partition = 0; partition < 3; partition++) {
            held.put(partition, new OffsetRange(0, 50));
            written.put(partition, partition == 1 ? 90L : 50L);
        }
        Map<Integer, FirstRecord> none = Map.of();
        // In order: all, up to an instant behind the transaction, before it, and one that was written after the ends
        // were read.
        assertThat(new SliceResolver(
                                "orders",
                                new TreeMap<>(held),
                                written,
                                none,
                                new Bound.Earliest(),
                                none,
                                new Bound.Latest(),
                                none)
                        .notes(Instant.EPOCH))
                .singleElement()
                .asString()
                .isEqualTo(
                        "partition 1 of orders ends at offset 50, where a transaction is open; the 40 offsets from there"
                                + " on are not replayed, committed or not");
        assertThat(new SliceResolver(
                                "orders",
                                new TreeMap<>(held),
                                written,
                                none,
                                new Bound.Earliest(),
                                none,
                                SOME_INSTANT,
                                Map.of(
                                        0, new FirstRecord(60, 0),
                                        1, new FirstRecord(70, 0),
                                        2, new FirstRecord(49, 0)))
                        .notes(Instant.EPOCH))
                .singleElement()
                .asString()
                .contains("partition 1 of orders", "the 20 offsets");
        assertThat(new SliceResolver(
                                "orders",
                                new TreeMap<>(held),
                                written,
                                none,
                                new Bound.Earliest(),
                                none,
                                SOME_INSTANT,
                                Map.of(0, new FirstRecord(9, 0), 1, new FirstRecord(50, 0), 2, new FirstRecord(9, 0)))
                        .notes(Instant.EPOCH))
                .isEmpty();
    }

    @Test
    void sliceThatEndsBeforeItBeginsIsRefused() {
        Instant now = Instant.parse("2026-05-10T00:00:00Z");
        for (String[] bounds : new String[][] {
            {"-2d", "-7d"},
            {"-2d", "-48h"},
            {"2026-05-09T00:00:00Z", "-1d"},
            {"-1d", "2026-05-02T00:00:00Z"},
            {"7", "7"},
            {"8", "7"}
        }) {
            assertThatThrownBy(() -> options(bounds).requireOrder(now))
                    .as("%s", List.of(bounds))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("--from=" + bounds[0] + " --to=" + bounds[1])
                    .hasMessageContaining("selects nothing")
                    .hasMessageNotContaining("\n");
        }
        for (String[] bounds : new String[][] {
            {"-7d", "-2d"},
            {"earliest", "latest"},
            {"earliest", "-1d"},
            {"-1d", "latest"},
            {"7", "8"},
            {"7", "-1d"},
            {"2026-05-01T00:00:00Z", "-1d"}
        }) {
            assertThatCode(() -> options(bounds).requireOrder(now))
                    .as("%s", List.of(bounds))
                    .doesNotThrowAnyException();
        }
    }

    private static SliceOptions options(String... bounds) {
        SliceOptions options = new SliceOptions();
        new CommandLine(CommandLine.Model.CommandSpec.create()
                        .addMixin("slice", CommandLine.Model.CommandSpec.forAnnotatedObject(options)))
                .parseArgs("--from=" + bounds[0], "--to=" + bounds[1]);
        return options;
    }

    @Test
    void positionsAreInstantsAgesAndOffsets() {
        assertThat(Bound.parse("--from", "2026-05-01T00:00:00Z"))
                .isEqualTo(new Bound.At(Instant.parse("2026-05-01T00:00:00Z")));
        assertThat(Bound.parse("--from", "-7d")).isEqualTo(new Bound.Ago(Duration.ofDays(7)));
        assertThat(Bound.parse("--from", "-90m")).isEqualTo(new Bound.Ago(Duration.ofMinutes(90)));
        assertThat(Bound.parse("--from", "-2w")).isEqualTo(new Bound.Ago(Duration.ofDays(14)));
        assertThat(Bound.parse("--from", "42")).isEqualTo(new Bound.Offset(42));
        assertThat(Bound.parse("--from", "earliest")).isEqualTo(new Bound.Earliest());
        assertThat(Bound.parse("--to", "latest")).isEqualTo(new Bound.Latest());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "7d",
                "-7",
                "-7y",
                "-9999999999d",
                "1e3",
                "-1",
                "yesterday",
                "2026-05-01",
                "9999999999999999999",
                "+999999999-12-31T00:00:00Z",
                "-999999999-01-01T00:00:00Z"
            })
    void otherPositionsAreRefusedInOneLine(String text) {
        assertThatThrownBy(() -> Bound.parse("--from", text))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("--from=" + text)
                .hasMessageNotContaining("\n");
    }
}
