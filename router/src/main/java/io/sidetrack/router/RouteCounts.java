package io.sidetrack.router;

import io.sidetrack.common.lane.Lane;
import io.sidetrack.router.batch.TransactionEnd;
import io.sidetrack.router.lane.Verdict;
import io.sidetrack.router.placement.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * What one task has routed in a transaction: reported when that is committed, forgotten when it is aborted. To report each
 * record by itself would also cost more.
 */
final class RouteCounts implements TransactionEnd {
    private final RouteListener listener;
    private final String header;
    private final BackfillNames names;
    /** A verdict is the same object every time. */
    private final IdentityHashMap<Verdict, Count> counts = new IdentityHashMap<>();
    /** Records by backfill; as many as there are names at most. */
    private final Map<String, Count> named = new HashMap<>();

    private final List<Buried> buried = new ArrayList<>();
    /** The header's last value and its name: a backfill's records come together. */
    private byte[] lastValue;

    private String lastName;

    private static final class Count {
        private long records;

        long take() {
            long taken = records;
            records = 0;
            return taken;
        }
    }

    private record Buried(Refusal refusal, String topic, int partition, long offset, boolean whole) {}

    /** @param header the one that names a backfill */
    RouteCounts(RouteListener listener, String header, BackfillNames names) {
        this.listener = listener;
        this.header = header;
        this.names = names;
        this.lastName = names.of(null);
    }

    void add(Verdict verdict, Headers headers) {
        counts.computeIfAbsent(verdict, any -> new Count()).records++;
        if (verdict.isByHeader() && verdict.lane() == Lane.BACKFILL) {
            Header marked = headers.lastHeader(header);
            named.computeIfAbsent(name(marked == null ? null : marked.value()), any -> new Count()).records++;
        }
    }

    private String name(byte[] value) {
        if (!Arrays.equals(value, lastValue)) {
            lastName = names.of(value);
            lastValue = value;
        }
        return lastName;
    }

    void addBuried(Refusal refusal, String topic, int partition, long offset, boolean whole) {
        buried.add(new Buried(refusal, topic, partition, offset, whole));
    }

    @Override
    public void committed() {
        counts.forEach((verdict, count) -> {
            if (count.records > 0) {
                listener.routed(verdict, count.take());
            }
        });
        named.forEach((name, count) -> listener.named(name, count.take()));
        named.clear();
        buried.forEach(one -> listener.buried(one.refusal, one.topic, one.partition, one.offset, one.whole));
        buried.clear();
    }

    @Override
    public void aborted() {
        counts.clear();
        named.clear();
        buried.clear();
    }
}
