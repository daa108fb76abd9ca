package io.sidetrack.writer.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.mapping.model.Write;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a buffer is full, and when it has room again. */
class ReadAheadLimitTest {
    private static final long SECOND = 1_000_000_000;
    private static final int MAX = 1000;
    private static final int UNITS_PER_SECOND = 100;

    private final WriteBudget budget = new WriteBudget(UNITS_PER_SECOND, false, 0);

    /** What is held, and the limit of it, with one of the limits in effect. */
    private record Fixture(HeldRecords held, ReadAheadLimit limit) {
        static Fixture of(BufferBuilder builder, WriteBudget budget) {
            BufferLimits limits = builder.limits();
            HeldRecords held = new HeldRecords(new Counts(), budget, new EarlierWrites(), 100);
            TableLoad load = new TableLoad(limits.maxInFlight(), budget, limits.batchSize());
            return new Fixture(held, new ReadAheadLimit(limits, held, load, budget));
        }

        /** Two rounds of the batches in flight are {@value #MAX} records, so that the limit of records is in effect. */
        static Fixture ofRecords() {
            return of(new BufferBuilder().maxRecords(MAX).batchSize(25).maxInFlight(MAX / 50), WriteBudget.unlimited());
        }

        void hold(int records, int units) {
            for (int i = 0; i < records; i++) {
                held.received(WriteBuilder.put("k" + i).units(units).build());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"749, true", "750, true", "751, false", "1000, false"})
    void roomForRecordsBeginsAtThreeQuartersOfTheLimit(int records, boolean room) {
        Fixture fixture = Fixture.ofRecords();
        fixture.hold(records, 1);
        assertThat(fixture.limit.hasRoom(0)).isEqualTo(room);
    }

    @ParameterizedTest
    @CsvSource({"999, false", "1000, true", "1001, true"})
    void bufferIsFullOfRecordsAtTheLimit(int records, boolean full) {
        Fixture fixture = Fixture.ofRecords();
        fixture.hold(records, 1);
        assertThat(fixture.limit.isFull(0)).isEqualTo(full);
    }

    /** They do not depend on the table, so only the limit of all records applies to them. */
    @Test
    void recordsToParkAreNotLimitedByWhatTheTableCanWriteInTime() {
        Fixture fixture =
                Fixture.of(new BufferBuilder().maxRecords(MAX).batchSize(5).maxInFlight(1), budget);
        for (int i = 0; i < MAX; i++) {
            assertThat(fixture.limit.isFull(0)).isFalse();
            assertThat(fixture.limit.hasRoom(0)).isEqualTo(i <= MAX * ReadAheadLimit.ROOM);
            fixture.held.receivedToPark(new ParkedRecord(ParkedBatches.source(0, i, List.of()), 0));
        }
        assertThat(fixture.limit.isFull(0)).isTrue();
    }

    @Test
    void recordsToParkLeaveTheLimitOfWritesAsItIs() {
        Fixture fixture =
                Fixture.of(new BufferBuilder().maxRecords(MAX).batchSize(5).maxInFlight(1), budget);
        for (int i = 0; i < 100; i++) {
            ParkedRecord record = new ParkedRecord(ParkedBatches.source(0, i, List.of()), 0);
            fixture.held.receivedToPark(record);
            fixture.held.parked(record);
            fixture.held.discarded(record.source());
        }
        fixture.hold(9, 1);
        assertThat(fixture.limit.isFull(0)).isFalse();
        fixture.hold(1, 1);
        assertThat(fixture.limit.isFull(0)).as("two rounds of batches").isTrue();
    }

    @ParameterizedTest
    @CsvSource({"749_000, true", "750_000, true", "750_001, false", "751_000, false"})
    void roomForBytesBeginsAtThreeQuartersOfTheLimit(String bytes, boolean room) {
        assertThat(holdingBytes(bytes).limit.hasRoom(0)).isEqualTo(room);
    }

    @ParameterizedTest
    @CsvSource({"999_999, false", "1_000_000, true"})
    void bufferIsFullOfBytesAtTheLimit(String bytes, boolean full) {
        assertThat(holdingBytes(bytes).limit.isFull(0)).isEqualTo(full);
    }

    private static Fixture holdingBytes(String bytes) {
        Fixture fixture = Fixture.of(new BufferBuilder().maxHeldBytes(1_000_000), WriteBudget.unlimited());
        Write write = WriteBuilder.put("k").heldBytes(Integer.parseInt(bytes.replace("_", "")));
        fixture.held.received(write);
        return fixture;
    }

    /** The budget allows 1,000 units within the time that may be read ahead. */
    @ParameterizedTest
    @CsvSource({"749, true", "750, true", "751, false"})
    void roomInTheBudgetBeginsAtThreeQuartersOfItsTime(int units, boolean room) {
        Fixture fixture = holdingUnits(25, units);
        assertThat(fixture.limit.hasRoom(0)).isEqualTo(room);
    }

    @ParameterizedTest
    @CsvSource({"999, false", "1000, true"})
    void bufferIsFullWhenTheBudgetAllowsNoMoreInTime(int units, boolean full) {
        Fixture fixture = holdingUnits(25, units);
        assertThat(fixture.limit.isFull(0)).isEqualTo(full);
    }

    @ParameterizedTest
    @CsvSource({"18, true", "19, false"})
    void threeQuartersOfABatchHaveRoomWhateverOtherThreadsHold(int records, boolean room) {
        Fixture fixture = holdingUnits(records, 2000);
        assertThat(fixture.limit.hasRoom(0)).isEqualTo(room);
    }

    @ParameterizedTest
    @CsvSource({"24, false", "25, true"})
    void bufferWithLessThanABatchIsNotFullWhateverOtherThreadsHold(int records, boolean full) {
        Fixture fixture = holdingUnits(records, 2000);
        assertThat(fixture.limit.isFull(0)).isEqualTo(full);
    }

    /** @param units of all records together, the last one having what the others leave */
    private Fixture holdingUnits(int records, int units) {
        Fixture fixture = Fixture.of(
                new BufferBuilder().batchSize(25).readAhead(Duration.ofSeconds(MAX / UNITS_PER_SECOND)), budget);
        fixture.hold(records - 1, 1);
        fixture.hold(1, units - records + 1);
        return fixture;
    }

    @Test
    void readingAheadFollowsTheRateAtWhichRecordsAreFinished() {
        FinishRate rate = new FinishRate();
        assertThat(rate.expectedIn(5 * SECOND, 0)).isZero();
        for (int i = 0; i < 4000; i++) {
            rate.finished(i * SECOND / 1000);
        }
        assertThat(rate.expectedIn(5 * SECOND, 4 * SECOND)).isBetween(4900L, 5100L);
        assertThat(rate.expectedIn(5 * SECOND, 60 * SECOND))
                .as("nothing was finished for a minute")
                .isLessThan(200);
    }

    @Test
    void bufferOfASlowTableIsFullEarly() {
        WriteBuffer buffer = new BufferBuilder()
                .batchSize(1)
                .maxInFlight(1)
                .readAhead(Duration.ofSeconds(5))
                .build(new Counts());
        long now = 0;
        int added = 0;
        // The table writes five records a second; as many are read as the buffer accepts.
        for (int i = 0; i < 100; i++) {
            while (!buffer.isFull(now)) {
                buffer.add(Records.put("k" + added, added++), now);
            }
            now += SECOND / 5;
            Batch batch = buffer.ready(now).get(0);
            buffer.complete(batch, WriteBufferTest.written(batch), now);
        }
        assertThat(buffer.state(now).records()).isBetween(20L, 30L);
    }
}
