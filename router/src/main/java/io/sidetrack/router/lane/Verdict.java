package io.sidetrack.router.lane;

import io.sidetrack.common.lane.Lane;

/**
 * A record's lane, and who said so.
 *
 * @param rule the name of the rule; {@link Rules#NONE} if none matched
 */
public record Verdict(Lane lane, String rule) {
    /** Whether a producer has said so. */
    public boolean isByHeader() {
        return rule.equals(HeaderRule.NAME);
    }
}
