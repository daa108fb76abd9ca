package io.sidetrack.router.route;

import io.sidetrack.router.lane.AgeRule;
import io.sidetrack.router.lane.BeforeRule;
import io.sidetrack.router.lane.CutRule;
import io.sidetrack.router.lane.HeaderRule;
import io.sidetrack.router.lane.KeyRule;
import io.sidetrack.router.lane.RateRule;
import io.sidetrack.router.lane.Rule;
import io.sidetrack.router.lane.Rules;
import io.sidetrack.router.settings.RuleSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Builds the rules that the settings enable, in the order in which they are tried. Each task has its own: some keep state. */
public final class EnabledRules {
    /** About 4 MB for each partition of the source. */
    private static final int MOST_KEYS = 100_000;

    private final RuleSettings settings;
    private final Optional<Map<Integer, Long>> cut;
    /** The same for all tasks of a process, and different in each process. */
    private final long hashSeed = new SplittableRandom().nextLong();

    /** @param cut by partition, the end of the backlog that the router has taken over; empty if there was no takeover */
    public EnabledRules(RuleSettings settings, Optional<Map<Integer, Long>> cut) {
        this.settings = settings;
        this.cut = cut;
    }

    /** A new set of rules, for one task. */
    Rules create() {
        List<Rule> rules = new ArrayList<>();
        rules.add(new HeaderRule(settings.header()));
        settings.olderThan().ifPresent(duration -> rules.add(new AgeRule(duration)));
        settings.before().ifPresent(instant -> rules.add(new BeforeRule(instant)));
        cut.ifPresent(ends -> rules.add(new CutRule(ends)));
        if (!settings.keys().isEmpty() || !settings.keyPrefixes().isEmpty()) {
            rules.add(new KeyRule(settings.keys(), settings.keyPrefixes()));
        }
        if (settings.keyRate() > 0) {
            rules.add(new RateRule(settings.keyRate(), settings.keyRateWindow(), MOST_KEYS, hashSeed));
        }
        return new Rules(rules);
    }

    /** The names of the rules, for a log line. */
    public String names() {
        return String.join(", ", create().names());
    }
}
