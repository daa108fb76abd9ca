package io.sidetrack.writer.buffer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.mapping.model.IndexEntries;
import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.mapping.model.Version;
import io.sidetrack.mapping.model.Write;
import java.math.BigDecimal;
import java.util.List;

/** Builds a write whose JSON is not read; everything that a test does not set has a default. */
final class WriteBuilder {
    private static final int VALUE_BYTES = 10;

    private final String key;
    private final Write.Kind kind;
    private int partition;
    private long offset;
    private int jsonBytes = 20;
    private int itemBytes = 20;
    private Version version = Version.NONE;
    private long indexes;

    private WriteBuilder(String key, Write.Kind kind) {
        this.key = key;
        this.kind = kind;
    }

    static WriteBuilder put(String key) {
        return new WriteBuilder(key, Write.Kind.PUT);
    }

    static WriteBuilder delete(String key) {
        return new WriteBuilder(key, Write.Kind.DELETE);
    }

    WriteBuilder partition(int number) {
        this.partition = number;
        return this;
    }

    WriteBuilder offset(long number) {
        this.offset = number;
        return this;
    }

    WriteBuilder jsonBytes(int bytes) {
        this.jsonBytes = bytes;
        return this;
    }

    WriteBuilder itemBytes(int bytes) {
        this.itemBytes = bytes;
        return this;
    }

    WriteBuilder units(int units) {
        return itemBytes(units * 1024);
    }

    /** Sets the positions of the indexes that the item is in. */
    WriteBuilder indexes(int... positions) {
        for (int position : positions) {
            this.indexes |= IndexEntries.bit(position);
        }
        return this;
    }

    WriteBuilder version(long number) {
        this.version = new Version(BigDecimal.valueOf(number), 0);
        return this;
    }

    /** Returns a write that occupies this much memory together with its record. */
    Write heldBytes(int bytes) {
        int others = (int) jsonBytes(0).build().heldBytes();
        return jsonBytes(bytes - others).build();
    }

    Write build() {
        SourceRecord source = new SourceRecord(
                Records.TOPIC, partition, offset, 0, key.getBytes(UTF_8), new byte[VALUE_BYTES], List.of());
        return new Write(new ItemKey(key, ""), kind, new byte[jsonBytes], itemBytes, version, source)
                .with(new IndexEntries(indexes, Long.bitCount(indexes)));
    }
}
