package io.sidetrack.router.lane;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/**
 * Sends the records of a key to the backfill lane while the key's rate is too high. Each key has a leaky bucket: a record adds
 * one, and the bucket leaks at the permitted rate. The key becomes hot when its bucket exceeds one window's worth of records,
 * and stops being hot at half of that.
 *
 * <p>Time is that of the records' timestamps, so that a backlog that is read fast is not mistaken for a burst. If timestamps do
 * not advance (they are missing, or an earlier record had a later one), the clock at the records' arrival advances the key's
 * time instead. A timestamp in the future counts as the time of arrival. So no timestamp can keep a key hot.
 *
 * <p>Memory is fixed and does not depend on the keys. A key can be in one of {@value #WAYS} adjacent slots; if all are taken,
 * the one with the emptiest bucket is reused, so a hot key is evicted only by other hot keys. Keys are identified by a 64-bit
 * hash. The state is lost at a restart and at a rebalance.
 */
public final class RateRule implements Rule {
    private static final int WAYS = 8;
    /** The capacity of a bucket, in windows. It limits how long a key stays hot after a burst: two windows. */
    private static final double FULL = 2;

    private static final double CALM = 0.5;

    private final double perMs;
    private final double windowful;
    private final long seed;
    private final int mask;
    /** The hash of each slot's key; 0 is a free slot. */
    private final long[] keys;

    /** The time that each key has reached. */
    private final long[] timeMs;
    /** When each key's last record arrived, by this machine's clock. */
    private final long[] arrivedMs;
    /** The level of each bucket; negative for a hot key. */
    private final float[] levels;

    /**
     * @param perSecond the permitted rate of one key, in records
     * @param window how long a key may exceed the rate
     * @param mostKeys the approximate number of keys that are tracked; 28 bytes each
     * @param seed the seed of the hash, so that nobody can choose keys that collide
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
    public Decision decide(Arrival record) {
        if (record.key() == null) {
            return Decision.NONE;
        }
        long key = hash(record.key(), seed);
        // Clamped, because otherwise one record from the future would make all later records look late.
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
        return Decision.backfillIf(hot);
    }

    /** By how much a record advances its key's time. No time is counted twice. */
    private long passedMs(int slot, long timestampMs, long nowMs) {
        // The subtraction cannot overflow, because the time of a key is not negative.
        return timestampMs > timeMs[slot] ? timestampMs - timeMs[slot] : Math.max(0, nowMs - arrivedMs[slot]);
    }

    /** The slot of the key. If it has none, the candidate with the lowest level is reset and reused. */
    private int slot(long key, long timestampMs, long nowMs) {
        int first = (int) (key >>> 32) & mask;
        int emptiest = first;
        double least = Double.MAX_VALUE;
        for (int slot = first; slot < first + WAYS; slot++) {
            if (keys[slot] == key) {
                return slot;
            }
            double level =
                    keys[slot] == 0 ? -1 : Math.abs(levels[slot]) - Math.max(0, timestampMs - timeMs[slot]) * perMs;
            if (level < least) {
                least = level;
                emptiest = slot;
            }
        }
        keys[emptiest] = key;
        timeMs[emptiest] = 0;
        arrivedMs[emptiest] = nowMs;
        levels[emptiest] = 0;
        return emptiest;
    }

    /** Hashes eight bytes at a time, by multiplying and folding. Never 0. */
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
