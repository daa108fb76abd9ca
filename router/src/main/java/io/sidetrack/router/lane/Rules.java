package io.sidetrack.router.lane;

import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;

/** The rules in their order: the first that has something to say decides; a record that none speaks of is live. */
public final class Rules {
    /** The name that stands for no rule. */
    public static final String NONE = "none";

    private static final Verdict LIVE = new Verdict(Lane.LIVE, NONE);

    private final List<Rule> rules;

    public Rules(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** The lane of a record. */
    public Verdict judge(Headers headers) {
        for (Rule rule : rules) {
            Optional<Lane> lane = rule.lane(headers);
            if (lane.isPresent()) {
                return new Verdict(lane.get(), rule.name());
            }
        }
        return LIVE;
    }
}
