package io.sidetrack.router.lane;

import io.sidetrack.common.lane.Lane;
import java.util.Arrays;
import java.util.List;

/** The rules of one task, in order: the first rule that matches decides. A record that matches no rule goes to the live lane. */
public final class Rules {
    /** The name that stands for no rule. */
    public static final String NONE = "none";

    private static final Classification LIVE = new Classification(Lane.LIVE, NONE);

    private final Entry[] entries;

    /** A rule with both of its possible results, which are created once because rules run for every record. */
    private record Entry(Rule rule, Classification live, Classification backfill) {
        Entry(Rule rule) {
            this(rule, new Classification(Lane.LIVE, rule.name()), new Classification(Lane.BACKFILL, rule.name()));
        }
    }

    public Rules(List<Rule> rules) {
        this.entries = rules.stream().map(Entry::new).toArray(Entry[]::new);
    }

    /** The names of the rules, in order. */
    public List<String> names() {
        return Arrays.stream(entries).map(entry -> entry.rule.name()).toList();
    }

    /** The lane of a record. Equal classifications of the same instance are the same object. */
    public Classification classify(Arrival record) {
        for (Entry entry : entries) {
            switch (entry.rule.decide(record)) {
                case LIVE -> {
                    return entry.live;
                }
                case BACKFILL -> {
                    return entry.backfill;
                }
                case NONE -> {}
            }
        }
        return LIVE;
    }
}
