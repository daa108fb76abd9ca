package io.sidetrack.bench.endpoint;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Verifies that every key is written, that its last version remains, and that two writes for it never overlap. It needs 4
 * bytes and one bit for each record of the topic: 60 MB for 14,500,000 records. Not thread-safe.
 */
final class Audit {
    private static final int ABSENT = -1;

    private final Orders orders;
    /** The version of each key in the table, or {@link #ABSENT}. */
    private final int[] versions;
    /** The keys with a write in flight: it has arrived, but has not been acknowledged. */
    private final BitSet inFlight;

    private long older;
    private long overlapping;
    private long foreign;
    private long repeated;

    Audit(Orders orders) {
        this.orders = orders;
        this.versions = new int[orders.records()];
        Arrays.fill(versions, ABSENT);
        this.inFlight = new BitSet(orders.records());
    }

    /** Records the arrival of a call. */
    void arrived(Puts puts) {
        for (int i = 0; i < puts.count(); i++) {
            if (belongs(puts, i)) {
                if (inFlight.get(puts.number(i))) {
                    overlapping++;
                }
                inFlight.set(puts.number(i));
            } else {
                foreign++;
            }
        }
    }

    /** Records the acknowledgement of a call, which makes its items durable. */
    void acknowledged(Puts puts) {
        for (int i = 0; i < puts.count(); i++) {
            if (belongs(puts, i)) {
                int number = puts.number(i);
                inFlight.clear(number);
                if (puts.version(i) < versions[number]) {
                    older++;
                } else if (puts.version(i) == versions[number]) {
                    repeated++;
                }
                versions[number] = puts.version(i);
            }
        }
    }

    private boolean belongs(Puts puts, int index) {
        int version = puts.version(index);
        return version != Puts.NO_VERSION && version < orders.records() && orders.keyOf(version) == puts.number(index);
    }

    /** The result, provided that no more writes follow. */
    Findings findings() {
        long missing = 0;
        long stale = 0;
        BitSet seen = new BitSet(orders.records());
        // From the end, so that the first record found of a key is its last version.
        for (int record = orders.records() - 1; record >= 0; record--) {
            int key = orders.keyOf(record);
            if (!seen.get(key)) {
                seen.set(key);
                if (versions[key] == ABSENT) {
                    missing++;
                } else if (versions[key] != record) {
                    stale++;
                }
            }
        }
        return new Findings(missing, stale, older, overlapping, foreign, repeated);
    }
}
