package io.sidetrack.router.lane;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/**
 * A key that comes too often goes to the backfill lane until it calms down. Each key has a leaky bucket: a record adds
 * one, and the permitted rate runs out. When the bucket is over a window's worth the key is hot; when it is down to half
 * of that, it is calm again. Time is the records' own, so that a backlog that is read fast is not taken for a rush. Where
 * the records' time does not go on (they have none, or one that an earlier record has overtaken), the clock at their
 * arrival moves a key's time on instead. A time in the future counts as the time of arrival. So no timestamp, whatever it
 * is, keeps a key hot.
 *
 * <p>Memory is fixed, whatever keys there are, and a lookup touches one place of it: a key has {@value #WAYS} slots to be
 * in, and if all are taken, the emptiest bucket goes, which is none that is hot unless so many are. A key is known by 64
 * bits of a hash. Forgets everything at a restart and at a rebalance.
 */
public final class RateRule implements Rule {
    private static final int WAYS = 8;
    /** How full a bucket gets, in windows; so that a key that was very hot is calm within two windows. */
    private static final double FULL = 2;

    private static final double CALM = 0.5;

    private final double perMs;
    private final double windowful;
    private final long seed;
    private final int mask;
    /** By slot; 0 is free. */
    private final long[] keys;

    /** How far a key's time has come. */
    private final long[] timeMs;
    /** When a key's last record arrived, by this machine's clock. */
    private final long[] arrivedMs;
    /** Below 0 for a key that is hot. */
    private final float[] levels;

    /**
     * @param perSecond records of one key, from which on it is too often
     * @param window for which a key may be over the rate
     * @param mostKeys remembered, about; 28 bytes each
     * @param seed of the hash, so that nobody can choose keys that are taken for one
     */
    public RateRule(double perSecond, Duration window, int mostKeys, long seed) {
        this.perMs = perSecond / 1000;
        this.windowful = perMs * window.toMillis();
        this.seed = seed;
        int slots = Math.max(WAYS, Integer.highestOneBit(mostKeys - 1) * 2);
        this.mask = slots - WAYS;
        this.keys = new long[slots];
        this.timeMs = new long[slots];
        this.arrivedMs = new long[slots];
        this.levels = new float[slots];
    }

    @Override
    public String name() {
        return "rate";
    }

    @Override
    public Opinion opinion(Arrival record) {
        if (record.key() == null) {
            return Opinion.NONE;
        }
        long key = hash(record.key(), seed);
        // Clamped: one record from the future must not make all later ones look late.
        long timestampMs = Math.min(record.timestampMs(), record.nowMs());
        int slot = slot(key, timestampMs, record.nowMs());
        double level = Math.abs(levels[slot]);
        boolean hot = levels[slot] < 0;
        long passedMs = passedMs(slot, timestampMs, record.nowMs());
        level = Math.max(0, level - passedMs * perMs);
        timeMs[slot] += passedMs;
        arrivedMs[slot] = record.nowMs();
        level = Math.min(level + 1, FULL * windowful + 1);
        hot = hot ? level > CALM * windowful : level > windowful;
        levels[slot] = (float) (hot ? -level : level);
        return Opinion.backfillIf(hot);
    }

    /** By how much a record moves its key's time on; what has passed is never counted twice. */
    private long passedMs(int slot, long timestampMs, long nowMs) {
        // The subtraction cannot overflow: the time of a key is 0 or more.
        return timestampMs > timeMs[slot] ? timestampMs - timeMs[slot] : Math.max(0, nowMs - arrivedMs[slot]);
    }

    /** The key's slot; its own, or that of the key which has been calmest, which is forgotten. */
    private int slot(long key, long timestampMs, long nowMs) {
        int first = (int) (key >>> 32) & mask;
        int calmest = first;
        double least = Double.MAX_VALUE;
        for (int slot = first; slot < first + WAYS; slot++) {
            if (keys[slot] == key) {
                return slot;
            }
            double level =
                    keys[slot] == 0 ? -1 : Math.abs(levels[slot]) - Math.max(0, timestampMs - timeMs[slot]) * perMs;
            if (level < least) {
                least = level;
                calmest = slot;
            }
        }
        keys[calmest] = key;
        timeMs[calmest] = 0;
        arrivedMs[calmest] = nowMs;
        levels[calmest] = 0;
        return calmest;
    }

    /** Eight bytes at a time, each multiplied and folded; never 0. */
    private static long hash(byte[] bytes, long seed) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long hash = seed ^ bytes.length;
        int at = 0;
        for (; at + Long.BYTES <= bytes.length; at += Long.BYTES) {
            hash = fold(hash ^ buffer.getLong(at));
        }
        long rest = 0;
        for (; at < bytes.length; at++) {
            rest = rest << 8 | (bytes[at] & 0xff);
        }
        hash = fold(fold(hash ^ rest) ^ seed);
        return hash == 0 ? 1 : hash;
    }

    private static long fold(long value) {
        long low = value * 0x9E3779B97F4A7C15L;
        long high = Math.multiplyHigh(value, 0x9E3779B97F4A7C15L);
        return low ^ high ^ value >>> 29;
    }
}
