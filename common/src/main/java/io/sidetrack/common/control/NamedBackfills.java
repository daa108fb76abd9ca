package io.sidetrack.common.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The named backfills with an operator's setting, for a look-up per record. As long as there are none, a look-up costs one read
 * of a field. Thread-safe: one thread sets, others look up.
 */
public final class NamedBackfills {
    private final String header;
    private volatile Settings current = new Settings(Map.of(), 0);

    /**
     * @param byName the settings, by name
     * @param number how often they were replaced
     */
    private record Settings(Map<ByteBuffer, NamedBackfill> byName, long number) {}

    /** @param header the name of the header that names a record's backfill */
    public NamedBackfills(String header) {
        this.header = header;
    }

    /** Replaces all settings, by name. */
    public void set(Map<String, NamedBackfill> byName) {
        Map<ByteBuffer, NamedBackfill> next = new HashMap<>();
        byName.forEach((name, setting) -> next.put(ByteBuffer.wrap(name.getBytes(UTF_8)), setting));
        current = new Settings(Map.copyOf(next), current.number + 1);
    }

    /** True if no backfill has a setting. */
    public boolean isEmpty() {
        return current.byName.isEmpty();
    }

    /**
     * How often the settings were replaced, 0 or more. If it is the same after two look-ups, the settings did not change between
     * the first time that it was read and the second look-up.
     */
    public long number() {
        return current.number;
    }

    /** True if a record has the header, so that it may belong to a backfill with a setting. */
    public boolean hasName(Headers headers) {
        return headers.lastHeader(header) != null;
    }

    /**
     * The setting for the backfill that a record belongs to by its header. Never throws, whatever the header contains.
     *
     * @return null if the record has no name, or its backfill has no setting
     */
    public NamedBackfill of(Headers headers) {
        Map<ByteBuffer, NamedBackfill> now = current.byName;
        if (now.isEmpty()) {
            return null;
        }
        Header last = headers.lastHeader(header);
        return last == null || last.value() == null ? null : now.get(ByteBuffer.wrap(last.value()));
    }
}
