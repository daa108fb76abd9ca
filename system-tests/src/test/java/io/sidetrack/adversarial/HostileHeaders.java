package io.sidetrack.adversarial;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Headers that no honest producer sends. */
final class HostileHeaders {
    private final Random random;

    HostileHeaders(Random random) {
        this.random = random;
    }

    List<Header> many(int count) {
        List<Header> headers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            headers.add(header("h" + random.nextInt(100), i % 10 == 0 ? null : Integer.toString(i)));
        }
        return headers;
    }

    /** @param bytes of a name, or of a value */
    List<Header> large(int bytes) {
        return random.nextBoolean()
                ? List.of(header("n".repeat(Math.min(bytes, 30_000)), ""))
                : List.of(new RecordHeader("large", new byte[bytes]));
    }

    List<Header> control(String control) {
        return List.of(
                header(control, "name"),
                header("value", control),
                new RecordHeader("bytes", control.getBytes(ISO_8859_1)),
                header("x-request\u001b[31m", null));
    }

    /** What the router adds to every record. */
    List<Header> timestamp(int index) {
        String name = "sidetrack-timestamp";
        return switch (index % 8) {
            case 0, 1 -> List.of(header(name, Long.toString(Long.MAX_VALUE)));
            case 2 -> List.of(header(name, Long.toString(System.currentTimeMillis() + 3_000_000)));
            case 3 -> List.of(header(name, "0"), header(name, null));
            case 4 -> List.of(header(name, "1"), header(name, Long.toString(Long.MAX_VALUE)));
            case 5 -> List.of(header(name, Long.toString(Long.MIN_VALUE)));
            case 6 -> List.of(header(name, "9".repeat(1000)), header(name, "+" + Long.MAX_VALUE));
            default -> List.of(header(name, "yesterday\u001b[31m"));
        };
    }

    /** What a dead letter has. */
    List<Header> deadLetter(String control) {
        return List.of(
                header("__streams.errors.exception", control),
                header("__streams.errors.message", control),
                header("__streams.errors.topic", "orders-" + control),
                header("__streams.errors.partition", "-7"),
                header("__streams.errors.offset", Long.toString(Long.MAX_VALUE)),
                header("sidetrack-reason", "forged" + control),
                header("sidetrack-reason", null),
                header("sidetrack-table", control),
                header("sidetrack-reduced", "key,value,headers"),
                header("sidetrack-value-bytes", "-1"),
                header("sidetrack-value-sha256", "00"),
                header("sidetrack-version", Long.toString(Long.MAX_VALUE)));
    }

    /** What a mark of a replay has, for offsets that are just being written. */
    List<Header> replay() {
        List<Header> headers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            headers.add(header("sidetrack-replayed", random.nextInt(3) + ":" + random.nextInt(100)));
            headers.add(header("sidetrack-replayed", Integer.toString(random.nextInt(100))));
        }
        headers.add(header("sidetrack-attempt", random.nextBoolean() ? "999" : Integer.toString(Integer.MAX_VALUE)));
        return headers;
    }

    /** The header of a mark, for a dead letter that may exist. */
    Header mark() {
        return header("sidetrack-replayed", random.nextInt(3) + ":" + random.nextInt(50));
    }

    /** What selects the lane. */
    List<Header> backfill(int index, String control) {
        String name = "x-backfill";
        return switch (index % 6) {
            case 0 -> List.of(new RecordHeader(name, new byte[] {(byte) 0xC3, 0x28, (byte) 0xFF}));
            case 1 -> List.of(header(name, null));
            case 2 -> List.of(header(name, "b".repeat(500_000)));
            case 3 -> List.of(header(name, "false"), header(name, control));
            case 4 -> List.of(header(name, "\u0000\u001b[31m"), header(name, "false"));
            default -> List.of(header(name, "backfill-" + random.nextInt()));
        };
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value == null ? null : value.getBytes(UTF_8));
    }
}
