package io.sidetrack.bench.endpoint;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Checks that every key arrives, that its last version stays, and that two writes for it never overlap. It keeps 4 bytes
 * and one bit for each record of the topic, 60 MB for 14,500,000. Not thread-safe.
 */
final class Audit {
    private static final int ABSENT = -1;

    private final Orders orders;
    /** By key: the version that the table holds, or {@link #ABSENT}. */
    private final int[] versions;
    /** The keys that a write has arrived for and is not answered. */
    private final BitSet unanswered;

    private long older;
    private long overlapping;
    private long foreign;
    private long repeated;

    Audit(Orders orders) {
        this.orders = orders;
        this.versions = new int[orders.records()];
        Arrays.fill(versions, ABSENT);
        this.unanswered = new BitSet(orders.records());
    }

    /** A call has arrived. */
    void arrived(Puts puts) {
        for (int i = 0; i < puts.count(); i++) {
            if (belongs(puts, i)) {
                if (unanswered.get(puts.number(i))) {
                    overlapping++;
                }
                unanswered.set(puts.number(i));
            } else {
                foreign++;
            }
        }
    }

    /** A call is answered: its items are durable. */
    void answered(Puts puts) {
        for (int i = 0; i < puts.count(); i++) {
            if (belongs(puts, i)) {
                int number = puts.number(i);
                unanswered.clear(number);
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

    /** What is wrong if nothing more is written. */
    Findings findings() {
        long missing = 0;
        long stale = 0;
        BitSet seen = new BitSet(orders.records());
        // Backwards, so that the first record seen of a key is its last version.
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
