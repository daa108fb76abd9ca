package io.sidetrack.writer.buffer;

import io.sidetrack.writer.item.ItemKey;
import io.sidetrack.writer.item.Origin;
import io.sidetrack.writer.item.Version;
import io.sidetrack.writer.item.Write;
import java.util.ArrayList;
import java.util.List;

/** Batches for tests outside this package. */
public final class Batches {
    private Batches() {}

    /** A batch of puts of these keys; what the items are is left open. */
    public static Batch of(ItemKey... keys) {
        List<Write> writes = new ArrayList<>();
        for (ItemKey key : keys) {
            writes.add(new Write(
                    key,
                    Write.Kind.PUT,
                    new byte[2],
                    2,
                    Version.NONE,
                    new Origin("lane", 0, writes.size(), 0, null, new byte[0], List.of())));
        }
        return Batch.of(0, writes);
    }
}
