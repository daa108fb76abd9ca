package io.sidetrack.router;

import io.sidetrack.router.lane.Lane;
import io.sidetrack.router.lane.Verdict;
import java.util.Arrays;
import java.util.IdentityHashMap;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Counts what one task has routed, and tells it after each step, because to tell it for each record costs more. */
final class RouteCounts {
    private final RouteListener listener;
    private final String header;
    /** A verdict is the same object every time. */
    private final IdentityHashMap<Verdict, Count> counts = new IdentityHashMap<>();

    private byte[] name;
    private long named;

    private static final class Count {
        private final Verdict verdict;
        private long records;

        Count(Verdict verdict) {
            this.verdict = verdict;
        }
    }

    /** @param header the one that names a backfill */
    RouteCounts(RouteListener listener, String header) {
        this.listener = listener;
        this.header = header;
    }

    void add(Verdict verdict, Headers headers) {
        counts.computeIfAbsent(verdict, Count::new).records++;
        if (verdict.isByHeader() && verdict.lane() == Lane.BACKFILL) {
            Header marked = headers.lastHeader(header);
            byte[] value = marked == null ? null : marked.value();
            if (named > 0 && !Arrays.equals(value, name)) {
                tellNamed();
            }
            name = value;
            named++;
        }
    }

    /** Tells all that was added since the last time. */
    void tell() {
        for (Count count : counts.values()) {
            if (count.records > 0) {
                listener.routed(count.verdict, count.records);
                count.records = 0;
            }
        }
        if (named > 0) {
            tellNamed();
        }
    }

    private void tellNamed() {
        listener.named(name, named);
        named = 0;
    }
}
