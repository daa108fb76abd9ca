package io.sidetrack.router.park;

import io.sidetrack.common.control.NamedBackfills;
import io.sidetrack.common.control.SettingsRefresh;
import java.util.function.LongSupplier;

/** What all tasks of a router share: the settings of named backfills, and what is parked. Thread-safe. */
public final class ParkingLot {
    private final String header;
    private final NamedBackfills settings;
    private final SettingsRefresh refresh;
    private final LongSupplier nanoClock;
    private final ParkedOffsets parked;

    /**
     * @param header the name of the header that names a record's backfill
     * @param settings kept up to date by another thread
     * @param transactional whether records are parked in the transaction that commits their offsets
     * @param nanoClock {@code System::nanoTime}, or a test's clock
     */
    public ParkingLot(
            String header,
            NamedBackfills settings,
            SettingsRefresh refresh,
            boolean transactional,
            LongSupplier nanoClock) {
        this.parked = new ParkedOffsets(transactional);
        this.header = header;
        this.settings = settings;
        this.refresh = refresh;
        this.nanoClock = nanoClock;
    }

    /** The parking of a new task. */
    public Parking open(int partition) {
        return new Parking(this, partition, nanos());
    }

    long nanos() {
        return nanoClock.getAsLong();
    }

    String header() {
        return header;
    }

    NamedBackfills settings() {
        return settings;
    }

    SettingsRefresh refresh() {
        return refresh;
    }

    ParkedOffsets parked() {
        return parked;
    }
}
