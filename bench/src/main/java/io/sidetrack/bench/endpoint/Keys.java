package io.sidetrack.bench.endpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.BitSet;

/**
 * What the table holds: which of the numbered keys were written, and when each was first. Of the values only the key is
 * looked at. Not thread-safe.
 */
final class Keys {
    /** How a key stands in an item, whatever wrote the JSON; the number follows. */
    private static final byte[] IN_ITEM = "\"id\":{\"S\":\"k-".getBytes(US_ASCII);
    /** How it stands in a statement's parameters, of which it is the first. */
    private static final byte[] IN_PARAMETERS = "\"Parameters\":[{\"S\":\"k-".getBytes(US_ASCII);

    private final BitSet written = new BitSet();
    private int existingBelow;
    private long[] firstEpochMicros = new long[0];
    private long items;
    private long distinct;
    private long calls;

    /** The numbers of the items in a request. */
    static int[] ofItems(Request request) {
        return in(request, IN_ITEM);
    }

    /** The numbers of the items that statements insert. */
    static int[] ofStatements(Request request) {
        return in(request, IN_PARAMETERS);
    }

    private static int[] in(Request request, byte[] start) {
        int[] found = new int[32];
        int count = 0;
        int at = Bytes.find(request.bytes(), request.bodyAt(), request.end(), start);
        while (at >= 0) {
            if (count == found.length) {
                found = Arrays.copyOf(found, count * 2);
            }
            found[count++] = number(request.bytes(), at + start.length);
            at = Bytes.find(request.bytes(), at + start.length, request.end(), start);
        }
        return Arrays.copyOf(found, count);
    }

    private static int number(byte[] bytes, int from) {
        int number = 0;
        for (int at = from; bytes[at] >= '0' && bytes[at] <= '9'; at++) {
            number = number * 10 + bytes[at] - '0';
        }
        return number;
    }

    /** Lets keys exist that nobody has written. */
    void existBelow(int number) {
        existingBelow = number;
    }

    boolean has(int number) {
        return number < existingBelow || written.get(number);
    }

    /** A call is answered: its items are durable. */
    void add(int[] numbers, long epochMicros) {
        calls++;
        items += numbers.length;
        for (int number : numbers) {
            if (!written.get(number)) {
                written.set(number);
                distinct++;
                if (number >= firstEpochMicros.length) {
                    firstEpochMicros = Arrays.copyOf(firstEpochMicros, Math.max(1024, number * 2));
                }
                firstEpochMicros[number] = epochMicros;
            }
        }
    }

    /** Items, distinct keys and calls so far, and the time in ns, as one line. */
    String count(long nanos) {
        return items + " " + distinct + " " + calls + " " + nanos;
    }

    /** When each key was first answered, in µs since the epoch, one line a key; for small runs. */
    String times() {
        StringBuilder lines = new StringBuilder();
        for (int number = written.nextSetBit(0); number >= 0; number = written.nextSetBit(number + 1)) {
            lines.append(number).append(' ').append(firstEpochMicros[number]).append('\n');
        }
        return lines.toString();
    }
}
