package io.sidetrack.router.lane;

import java.util.Map;

/**
 * What lay in the source when a router took it over is a backfill; what came after is not spoken of. By offset, so it does
 * not matter what the records' timestamps say.
 */
public final class CutRule implements Rule {
    private final Map<Integer, Long> ends;

    /** @param ends by partition, the first offset behind the backlog */
    public CutRule(Map<Integer, Long> ends) {
        this.ends = Map.copyOf(ends);
    }

    @Override
    public String name() {
        return "before-cut";
    }

    @Override
    public Opinion opinion(Arrival record) {
        return Opinion.backfillIf(record.offset() < ends.getOrDefault(record.partition(), 0L));
    }
}
