package io.sidetrack.writer.buffer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.writer.item.ItemKey;
import io.sidetrack.writer.item.Mapped;
import io.sidetrack.writer.item.Origin;
import io.sidetrack.writer.item.Reason;
import io.sidetrack.writer.item.Rejection;
import io.sidetrack.writer.item.Version;
import io.sidetrack.writer.item.Write;
import java.util.List;

/** Records as a mapper would hand them over, for tests of what comes after it. */
final class Records {
    static final String TOPIC = "lane";

    private Records() {}

    static Mapped put(String key, int partition, long offset) {
        return new Mapped.Accepted(write(key, partition, offset, 20));
    }

    static Mapped put(String key, long offset) {
        return put(key, 0, offset);
    }

    static Mapped large(String key, long offset, int bytes) {
        return new Mapped.Accepted(write(key, 0, offset, bytes));
    }

    static Mapped bad(int partition, long offset) {
        return new Mapped.Rejected(
                origin("bad", partition, offset), new Rejection(Reason.NOT_JSON, "the value is not JSON"));
    }

    private static Write write(String key, int partition, long offset, int bytes) {
        return new Write(
                new ItemKey(key, ""),
                Write.Kind.PUT,
                new byte[bytes],
                bytes,
                Version.NONE,
                origin(key, partition, offset));
    }

    private static Origin origin(String key, int partition, long offset) {
        return new Origin(TOPIC, partition, offset, 0, key.getBytes(UTF_8), new byte[10], List.of());
    }
}
