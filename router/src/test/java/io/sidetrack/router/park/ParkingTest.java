package io.sidetrack.router.park;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.control.NamedBackfills;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** A task looks up the setting of a record's backfill, and waits for current settings only if it has to. */
class ParkingTest {
    private static final NamedBackfill PAUSED = NamedBackfill.paused(1);

    private final NamedBackfills settings = new NamedBackfills("h");
    private final List<Long> refreshes = new ArrayList<>();
    /** The settings that a refresh finds. */
    private Map<String, NamedBackfill> published = Map.of();

    private long nanos = 7;
    private final ParkingLot lot = new ParkingLot(
            "h",
            settings,
            since -> {
                refreshes.add(since);
                settings.set(published);
            },
            true,
            () -> nanos);
    private final Parking parking = lot.open(0);

    private static Headers named(String name) {
        return new RecordHeaders().add("h", name.getBytes(UTF_8));
    }

    private Placement place(Headers headers, long offset) {
        parking.beginAt(offset);
        return parking.place(headers, offset);
    }

    @Test
    void firstNamedRecordOfATaskWaitsForSettingsThatAreAsCurrentAsTheTask() {
        nanos = 99;
        assertThat(place(new RecordHeaders(), 10)).isEqualTo(Placement.LANE);
        assertThat(place(new RecordHeaders().add("h", null), 11)).isEqualTo(Placement.LANE);
        assertThat(refreshes).isEmpty();
        published = Map.of("a", PAUSED);
        assertThat(place(named("a"), 12)).isEqualTo(Placement.PARKED);
        assertThat(place(named("b"), 13)).isEqualTo(Placement.LANE);
        assertThat(refreshes).containsExactly(7L);
    }

    @Test
    void recordIsNotParkedForFormerOwnersIfItsBackfillHasJustBeenResumed() {
        NamedBackfill resuming = PAUSED.resuming(Map.of(), Map.of(0, 5L), 2);
        published = Map.of("a", resuming, "b", resuming);
        assertThat(place(named("b"), 10)).isEqualTo(Placement.PARKED);
        nanos = 99;
        published = Map.of("a", resuming.resumed(Map.of(0, 5L), 3), "b", resuming);
        assertThat(place(named("a"), 11)).isEqualTo(Placement.LANE);
        assertThat(refreshes).containsExactly(7L, 7L, 99L);
        assertThat(place(named("b"), 12)).as("10 is parked").isEqualTo(Placement.PARKED);
        assertThat(refreshes).hasSize(3);
    }

    @Test
    void transactionMayEndBeforeTheFirstRecord() {
        parking.committed();
        parking.aborted();
        assertThat(place(named("a"), 0)).isEqualTo(Placement.LANE);
    }
}
