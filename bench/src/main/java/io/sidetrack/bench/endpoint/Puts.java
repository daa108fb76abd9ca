package io.sidetrack.bench.endpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** The items that a call writes, in order: the number of each key, and its version if versions were parsed. */
final class Puts {
    static final Puts NONE = new Puts(new int[0], new int[0]);
    /** The version of an item that has none, or whose version was not parsed. */
    static final int NO_VERSION = -1;

    /** The beginning of a key in an item, for every serializer; the number follows. */
    private static final byte[] IN_ITEM = "\"id\":{\"S\":\"k-".getBytes(US_ASCII);

    private static final byte[] VERSION = "\"version\":{\"N\":\"".getBytes(US_ASCII);

    private final int[] numbers;
    private final int[] versions;

    private Puts(int[] numbers, int[] versions) {
        this.numbers = numbers;
        this.versions = versions;
    }

    /** The items of a request. */
    static Puts ofItems(Request request) {
        return in(request, IN_ITEM, false);
    }

    /** The items of a request with their versions, which follow their keys. */
    static Puts ofVersionedItems(Request request) {
        return in(request, IN_ITEM, true);
    }

    /** Items by the numbers of their keys. */
    static Puts of(int[] numbers) {
        return new Puts(numbers, new int[numbers.length]);
    }

    private static Puts in(Request request, byte[] start, boolean versioned) {
        byte[] bytes = request.bytes();
        int[] numbers = new int[32];
        int[] versions = new int[32];
        int count = 0;
        int at = Bytes.find(bytes, request.bodyAt(), request.end(), start);
        while (at >= 0) {
            if (count == numbers.length) {
                numbers = Arrays.copyOf(numbers, count * 2);
                versions = Arrays.copyOf(versions, count * 2);
            }
            int next = Bytes.find(bytes, at + start.length, request.end(), start);
            numbers[count] = number(bytes, at + start.length);
            versions[count] = NO_VERSION;
            if (versioned) {
                int version = Bytes.find(bytes, at + start.length, next < 0 ? request.end() : next, VERSION);
                versions[count] = version < 0 ? NO_VERSION : number(bytes, version + VERSION.length);
            }
            count++;
            at = next;
        }
        return new Puts(Arrays.copyOf(numbers, count), Arrays.copyOf(versions, count));
    }

    /** The number at a position. */
    static int number(byte[] bytes, int from) {
        int number = 0;
        for (int at = from; bytes[at] >= '0' && bytes[at] <= '9'; at++) {
            number = number * 10 + bytes[at] - '0';
        }
        return number;
    }

    int count() {
        return numbers.length;
    }

    int number(int index) {
        return numbers[index];
    }

    int version(int index) {
        return versions[index];
    }

    /** The items whose numbers match, in order. */
    Puts filter(IntPredicate matches) {
        int[] kept = IntStream.range(0, count())
                .filter(i -> matches.test(numbers[i]))
                .toArray();
        return new Puts(
                IntStream.of(kept).map(i -> numbers[i]).toArray(),
                IntStream.of(kept).map(i -> versions[i]).toArray());
    }
}
