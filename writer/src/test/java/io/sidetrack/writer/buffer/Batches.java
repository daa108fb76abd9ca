package io.sidetrack.writer.buffer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.mapping.model.Version;
import io.sidetrack.mapping.model.Write;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Batches for tests outside this package. */
public final class Batches {
    private static final Version VERSION = new Version(BigDecimal.ONE, 0);

    private Batches() {}

    /** Returns a batch of puts of these keys, with items that are not valid JSON. */
    public static Batch of(ItemKey... keys) {
        List<Write> writes = new ArrayList<>();
        for (ItemKey key : keys) {
            writes.add(new Write(
                    key,
                    Write.Kind.PUT,
                    new byte[2],
                    2,
                    Version.NONE,
                    new SourceRecord("lane", 0, writes.size(), 0, null, new byte[0], List.of())));
        }
        return Batch.of(0, writes);
    }

    /** Returns a batch of puts of the keys {@code k0}, {@code k1} and so on, with items of these sizes. */
    public static Batch puts(int... itemBytes) {
        List<Write> writes = new ArrayList<>();
        for (int bytes : itemBytes) {
            String key = "k" + writes.size();
            writes.add(write(key, Write.Kind.PUT, "{\"id\":{\"S\":\"" + key + "\"}}", bytes, writes.size()));
        }
        return Batch.of(0, writes);
    }

    /**
     * Returns a batch of puts of the keys {@code k0}, {@code k1} and so on, with the attribute {@code n} and with version 5, tie 7
     * and the fingerprint {@code mine} in the attributes {@code v}, {@code v_tie} and {@code v_shape}.
     */
    public static Batch versioned(int count) {
        Version version = new Version(BigDecimal.valueOf(5), 7);
        List<Write> writes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String json = "{\"id\":{\"S\":\"k" + i + "\"},\"n\":{\"N\":\"1\"},\"v\":{\"N\":\"5\"},"
                    + "\"v_tie\":{\"N\":\"7\"},\"v_shape\":{\"S\":\"mine\"}}";
            writes.add(
                    new Write(new ItemKey("k" + i, ""), Write.Kind.PUT, json.getBytes(UTF_8), 40, version, record(i)));
        }
        return Batch.of(0, writes);
    }

    /** Returns a batch of deletes of these keys. */
    public static Batch deletes(String... keys) {
        List<Write> writes = new ArrayList<>();
        for (String key : keys) {
            writes.add(write(key, Write.Kind.DELETE, "{\"id\":{\"S\":\"" + key + "\"}}", key.length(), writes.size()));
        }
        return Batch.of(0, writes);
    }

    /** Returns a batch from which no request can be built, as a bug in the mapper might produce. */
    public static Batch broken() {
        return Batch.of(0, List.of(new Write(new ItemKey("a", ""), Write.Kind.PUT, null, 1, VERSION, record(0))));
    }

    private static Write write(String key, Write.Kind kind, String json, int bytes, int offset) {
        return new Write(new ItemKey(key, ""), kind, json.getBytes(UTF_8), bytes, VERSION, record(offset));
    }

    private static SourceRecord record(int offset) {
        return new SourceRecord("lane", 0, offset, 0, null, new byte[0], List.of());
    }
}
