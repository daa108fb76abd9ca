package io.sidetrack.common.record;

import java.util.Optional;
import org.apache.kafka.common.header.Headers;

/**
 * The description of what a reduced dead letter leaves out. The topic did not accept the whole record, so the dead letter
 * identifies the missing parts instead of containing them.
 *
 * @param leftOut the parts that are missing or cut, such as {@code value,headers}
 * @param key the fingerprint of the record's whole key; empty if the record has none
 * @param value the fingerprint of the record's whole value; empty for a tombstone
 */
public record Reduction(String leftOut, Optional<Fingerprint> key, Optional<Fingerprint> value) {
    /** The reduction of a record with this key and value; each may be null. */
    public static Reduction of(String leftOut, byte[] key, byte[] value) {
        return new Reduction(leftOut, fingerprint(key), fingerprint(value));
    }

    /** Reads the reduction from a dead letter's headers; empty if it is whole. */
    public static Optional<Reduction> read(Headers headers) {
        return DeadLetterHeaders.text(headers, DeadLetterHeaders.REDUCED)
                .map(leftOut -> new Reduction(
                        leftOut,
                        read(headers, DeadLetterHeaders.KEY_BYTES, DeadLetterHeaders.KEY_SHA256),
                        read(headers, DeadLetterHeaders.VALUE_BYTES, DeadLetterHeaders.VALUE_SHA256)));
    }

    private static Optional<Fingerprint> read(Headers headers, String bytes, String sha256) {
        return DeadLetterHeaders.text(headers, bytes)
                .map(size -> new Fingerprint(
                        number(size), DeadLetterHeaders.text(headers, sha256).orElse("")));
    }

    /** @return -1, which is not a valid size, if the text is not a number */
    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Adds the headers that {@link #read} reads. */
    public void addTo(Headers headers) {
        DeadLetterHeaders.put(headers, DeadLetterHeaders.REDUCED, leftOut);
        key.ifPresent(whole -> {
            DeadLetterHeaders.put(headers, DeadLetterHeaders.KEY_BYTES, Long.toString(whole.bytes()));
            DeadLetterHeaders.put(headers, DeadLetterHeaders.KEY_SHA256, whole.sha256());
        });
        value.ifPresent(whole -> {
            DeadLetterHeaders.put(headers, DeadLetterHeaders.VALUE_BYTES, Long.toString(whole.bytes()));
            DeadLetterHeaders.put(headers, DeadLetterHeaders.VALUE_SHA256, whole.sha256());
        });
    }

    /** True if a record with this key and value is the one that was reduced. */
    public boolean isOf(byte[] otherKey, byte[] otherValue) {
        return key.equals(fingerprint(otherKey)) && value.equals(fingerprint(otherValue));
    }

    private static Optional<Fingerprint> fingerprint(byte[] bytes) {
        return Optional.ofNullable(bytes).map(Fingerprint::of);
    }
}
