package io.sidetrack.router.lane;

import java.util.Map;

/**
 * Sends the backlog that the router has taken over to the backfill lane; later records do not match. Compares offsets, so the
 * records' timestamps do not matter.
 */
public final class CutRule implements Rule {
    private final Map<Integer, Long> ends;

    /** @param ends by partition, the first offset after the backlog */
    public CutRule(Map<Integer, Long> ends) {
        this.ends = Map.copyOf(ends);
    }

    @Override
    public String name() {
        return "before-cut";
    }

    @Override
    public Decision decide(Arrival record) {
        return Decision.backfillIf(record.offset() < ends.getOrDefault(record.partition(), 0L));
    }
}
