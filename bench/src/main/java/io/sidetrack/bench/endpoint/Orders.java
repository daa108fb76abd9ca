package io.sidetrack.bench.endpoint;

/**
 * The records of the incident: which key each of them has. Every 200th record changes an order that was sent up to
 * 100,000 records earlier; all others are orders of their own. The number of a record is the version of its order.
 *
 * <p>The key follows from the number alone, so the endpoint can check the table without a list of what was sent.
 *
 * @param records in the topic, numbered from 0
 */
public record Orders(int records) {
    private static final int CHANGE_EVERY = 200;
    /** More than the writer holds at a time, so that some changes meet the order's first write and some do not. */
    private static final int REACH = 100_000;

    /** The number of the order that a record belongs to; never greater than the record's own. */
    public int keyOf(int number) {
        if (!isChange(number)) {
            return number;
        }
        int key = number - Math.floorMod(mix(number), Math.min(number, REACH));
        return isChange(key) ? key - 1 : key;
    }

    /** How many different keys there are. */
    public int keys() {
        return records - records / CHANGE_EVERY;
    }

    private static boolean isChange(int number) {
        return number % CHANGE_EVERY == CHANGE_EVERY - 1;
    }

    private static int mix(int number) {
        int mixed = number * 0x9E37_79B9;
        return mixed ^ mixed >>> 15;
    }
}
