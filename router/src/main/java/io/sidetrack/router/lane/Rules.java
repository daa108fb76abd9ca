package io.sidetrack.router.lane;

import io.sidetrack.common.lane.Lane;
import java.util.Arrays;
import java.util.List;

/** The rules in their order: the first that has something to say decides; a record that none speaks of is live. */
public final class Rules {
    /** The name that stands for no rule. */
    public static final String NONE = "none";

    private static final Verdict LIVE = new Verdict(Lane.LIVE, NONE);

    private final Judge[] judges;

    /** A rule with what it can lead to, made once: this is asked for every record. */
    private record Judge(Rule rule, Verdict live, Verdict backfill) {
        Judge(Rule rule) {
            this(rule, new Verdict(Lane.LIVE, rule.name()), new Verdict(Lane.BACKFILL, rule.name()));
        }
    }

    public Rules(List<Rule> rules) {
        this.judges = rules.stream().map(Judge::new).toArray(Judge[]::new);
    }

    /** What the rules are called, in their order. */
    public List<String> names() {
        return Arrays.stream(judges).map(judge -> judge.rule.name()).toList();
    }

    /** The lane of a record; the same verdict is the same object every time. */
    public Verdict judge(Arrival record) {
        for (Judge judge : judges) {
            switch (judge.rule.opinion(record)) {
                case LIVE -> {
                    return judge.live;
                }
                case BACKFILL -> {
                    return judge.backfill;
                }
                case NONE -> {}
            }
        }
        return LIVE;
    }
}
