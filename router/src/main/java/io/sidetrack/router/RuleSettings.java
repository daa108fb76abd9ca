package io.sidetrack.router;

import io.sidetrack.router.lane.AgeRule;
import io.sidetrack.router.lane.BeforeRule;
import io.sidetrack.router.lane.CutRule;
import io.sidetrack.router.lane.HeaderRule;
import io.sidetrack.router.lane.KeyRule;
import io.sidetrack.router.lane.RateRule;
import io.sidetrack.router.lane.Rule;
import io.sidetrack.router.lane.Rules;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * What makes a record a backfill.
 *
 * @param header of that name
 * @param olderThan when it arrives
 * @param before an instant
 * @param keys one of these
 * @param keyPrefixes a key that begins with one of these
 * @param keyRate more records of its key a second than this; 0 for any number
 * @param keyRateWindow for which a key may come more often
 */
record RuleSettings(
        String header,
        Optional<Duration> olderThan,
        Optional<Instant> before,
        List<String> keys,
        List<String> keyPrefixes,
        double keyRate,
        Duration keyRateWindow) {

    private static final long HASH_SEED = new SplittableRandom().nextLong();

    /** About 4 MB for each partition of the source. */
    private static final int MOST_KEYS = 100_000;

    /**
     * A set of the rules that are on, in the order in which they are tried; some remember what they saw.
     *
     * @param cut where the source's backlog ended when the router took it over, by partition; empty if it did not
     */
    Rules rules(Optional<? extends Map<Integer, Long>> cut) {
        List<Rule> rules = new ArrayList<>();
        rules.add(new HeaderRule(header));
        olderThan.ifPresent(duration -> rules.add(new AgeRule(duration)));
        before.ifPresent(instant -> rules.add(new BeforeRule(instant)));
        cut.ifPresent(ends -> rules.add(new CutRule(ends)));
        if (!keys.isEmpty() || !keyPrefixes.isEmpty()) {
            rules.add(new KeyRule(keys, keyPrefixes));
        }
        if (keyRate > 0) {
            rules.add(new RateRule(keyRate, keyRateWindow, MOST_KEYS, HASH_SEED));
        }
        return new Rules(rules);
    }

    /** For a log line. */
    String names(Optional<? extends Map<Integer, Long>> cut) {
        return rules(cut).names().stream().collect(Collectors.joining(", "));
    }
}
