package io.sidetrack.writer.buffer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.writer.model.ItemKey;
import io.sidetrack.writer.model.MappingResult;
import io.sidetrack.writer.model.Reason;
import io.sidetrack.writer.model.Rejection;
import io.sidetrack.writer.model.SourceRecord;
import io.sidetrack.writer.model.Version;
import io.sidetrack.writer.model.Write;
import java.util.List;

/** Records as a mapper would hand them over, for tests of what comes after it. */
final class Records {
    static final String TOPIC = "lane";

    private Records() {}

    static MappingResult put(String key, int partition, long offset) {
        return new MappingResult.Accepted(write(key, partition, offset, 20));
    }

    static MappingResult put(String key, long offset) {
        return put(key, 0, offset);
    }

    static MappingResult large(String key, long offset, int bytes) {
        return new MappingResult.Accepted(write(key, 0, offset, bytes));
    }

    static MappingResult bad(int partition, long offset) {
        return new MappingResult.Rejected(
                record("bad", partition, offset), new Rejection(Reason.NOT_JSON, "the value is not JSON"));
    }

    private static Write write(String key, int partition, long offset, int bytes) {
        return new Write(
                new ItemKey(key, ""),
                Write.Kind.PUT,
                new byte[bytes],
                bytes,
                Version.NONE,
                record(key, partition, offset));
    }

    private static SourceRecord record(String key, int partition, long offset) {
        return new SourceRecord(TOPIC, partition, offset, 0, key.getBytes(UTF_8), new byte[10], List.of());
    }
}
