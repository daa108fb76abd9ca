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
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        return new SliceResolver("orders", new TreeMap<>(held), first, from, firstFrom, to, firstTo);
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
                "9999999999999999999"
            })
    void otherPositionsAreRefusedInOneLine(String text) {
        assertThatThrownBy(() -> Bound.parse("--from", text))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("--from=" + text)
                .hasMessageNotContaining("\n");
    }
}
