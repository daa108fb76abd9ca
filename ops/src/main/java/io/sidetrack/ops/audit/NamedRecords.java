package io.sidetrack.ops.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.control.NamedBackfill;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** The records of backfills that an operator has paused, cancelled or resumed by name. Immutable. */
final class NamedRecords {
    private final String header;
    private final Map<ByteBuffer, Backfill> backfills = new HashMap<>();

    /**
     * A backfill with a setting.
     *
     * @param number different for each, and not 0
     * @param discards whether the setting is, or an earlier one was, to discard its records
     */
    record Backfill(String name, int number, boolean discards) {}

    /**
     * @param header the name of the header that names a record's backfill
     * @param settings by name
     */
    NamedRecords(String header, Map<String, NamedBackfill> settings) {
        this.header = header;
        settings.forEach((name, setting) -> backfills.put(
                ByteBuffer.wrap(name.getBytes(UTF_8)),
                new Backfill(name, backfills.size() + 1, setting.discards() || setting.discardedBefore())));
    }

    /** The backfill of a record; empty if it has none, or one without a setting. */
    Optional<Backfill> of(Headers headers) {
        if (backfills.isEmpty()) {
            return Optional.empty();
        }
        Header last = headers.lastHeader(header);
        return last == null || last.value() == null
                ? Optional.empty()
                : Optional.ofNullable(backfills.get(ByteBuffer.wrap(last.value())));
    }
}
