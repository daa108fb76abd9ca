package io.sidetrack.bench.endpoint;

/**
 * The records of the incident and their keys. Every 200th record changes an order that was sent up to 100,000 records
 * earlier; every other record is a new order. The number of a record is the version of its order.
 *
 * <p>The key is a function of the number, so that the endpoint can verify the table without a list of the records.
 *
 * @param records the number of records in the topic, which are numbered from 0
 */
public record Orders(int records) {
    private static final int CHANGE_EVERY = 200;
    /**
     * More than the writer buffers, so that only some changes arrive while the order's first write is buffered or in flight.
     */
    private static final int MAX_DISTANCE = 100_000;

    /** The number of the order to which a record belongs; at most the record's own number. */
    public int keyOf(int number) {
        if (!isChange(number)) {
            return number;
        }
        int key = number - Math.floorMod(mix(number), Math.min(number, MAX_DISTANCE));
        return isChange(key) ? key - 1 : key;
    }

    /** The number of different keys. */
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
