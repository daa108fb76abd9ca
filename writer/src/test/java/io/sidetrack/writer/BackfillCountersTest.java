package io.sidetrack.writer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sidetrack.common.lane.BackfillNames;
import io.sidetrack.common.status.BackfillTally;
import io.sidetrack.mapping.model.RecordHeader;
import io.sidetrack.mapping.model.SourceRecord;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The counters of a backfill lane by name. */
class BackfillCountersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final BackfillCounters counters =
            new BackfillCounters(registry, "x-backfill", new BackfillTallies(new BackfillTally(Clock.systemUTC())));

    private static SourceRecord record(RecordHeader... headers) {
        return new SourceRecord("lane", 0, 0, 0, null, null, List.of(headers));
    }

    private static RecordHeader header(String name, String value) {
        return new RecordHeader(name, value.getBytes(UTF_8));
    }

    private double count(String name, RecordOutcome outcome) {
        Counter counter = registry.find("sidetrack.writer.backfill.records")
                .tags("backfill", name, "outcome", outcome.label())
                .counter();
        return counter == null ? -1 : counter.count();
    }

    @Test
    void lastHeaderNamesTheBackfill() {
        SourceRecord twice = record(header("x-backfill", "a"), header("x-backfill", "b"), header("other", "c"));
        counters.finished(twice, RecordOutcome.WRITTEN);
        counters.finished(twice, RecordOutcome.WRITTEN);
        counters.finished(twice, RecordOutcome.PARKED);
        assertThat(count("b", RecordOutcome.WRITTEN)).isEqualTo(2);
        assertThat(count("b", RecordOutcome.PARKED)).isEqualTo(1);
        assertThat(count("b", RecordOutcome.DISCARDED))
                .as("known from the start")
                .isZero();
        assertThat(count("a", RecordOutcome.WRITTEN)).isEqualTo(-1);
    }

    @Test
    void recordsWithoutANameAreCountedTogether() {
        counters.finished(record(), RecordOutcome.STALE);
        counters.finished(record(new RecordHeader("x-backfill", null)), RecordOutcome.STALE);
        counters.finished(record(header("x-backfill", "")), RecordOutcome.STALE);
        assertThat(count(BackfillNames.UNNAMED, RecordOutcome.STALE)).isEqualTo(3);
    }

    @Test
    void numberOfCountersIsBoundedWhateverTheNames() {
        for (int i = 0; i < 10 * BackfillNames.MOST; i++) {
            counters.finished(record(header("x-backfill", "name-" + i)), RecordOutcome.WRITTEN);
        }
        counters.finished(record(new RecordHeader("x-backfill", new byte[100_000])), RecordOutcome.WRITTEN);
        assertThat(count("name-0", RecordOutcome.WRITTEN)).isEqualTo(1);
        assertThat(count(BackfillNames.OTHER, RecordOutcome.WRITTEN)).isEqualTo(9 * BackfillNames.MOST + 1);
        assertThat(registry.getMeters()).hasSize((BackfillNames.MOST + 1) * RecordOutcome.values().length);
    }
}
