package io.sidetrack.router.lane;

import io.sidetrack.common.lane.Lane;

/**
 * A record's lane, and the rule that chose it.
 *
 * @param rule the name of the rule; {@link Rules#NONE} if no rule matched
 */
public record Classification(Lane lane, String rule) {
    /** True if the producer's header decided. */
    public boolean isByHeader() {
        return rule.equals(HeaderRule.NAME);
    }
}
