package io.sidetrack.router.lane;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.lane.Lane;
import io.sidetrack.router.lane.Rule.Decision;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** Each rule by itself, and their order. */
class RulesTest {
    private static final long NOW = Instant.parse("2026-05-01T12:00:00Z").toEpochMilli();
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void recordThatMatchesNoRuleGoesToTheLiveLane() {
        Rules rules = new Rules(List.of(new HeaderRule("b"), new AgeRule(HOUR)));
        assertThat(rules.classify(at(NOW))).isEqualTo(new Classification(Lane.LIVE, Rules.NONE));
    }

    @Test
    void headerOverridesEveryOtherRuleInBothDirections() {
        Rules rules = new Rules(List.of(new HeaderRule("b"), new AgeRule(HOUR), new KeyRule(List.of("k"), List.of())));
        assertThat(rules.classify(with("false", 0))).isEqualTo(new Classification(Lane.LIVE, "header"));
        assertThat(rules.classify(with("orders-2019", NOW))).isEqualTo(new Classification(Lane.BACKFILL, "header"));
    }

    @Test
    void recordOlderThanTheDurationGoesToTheBackfillLane() {
        AgeRule rule = new AgeRule(HOUR);
        assertThat(rule.decide(at(NOW - HOUR.toMillis()))).isEqualTo(Decision.NONE);
        assertThat(rule.decide(at(NOW - HOUR.toMillis() - 1))).isEqualTo(Decision.BACKFILL);
        assertThat(rule.decide(at(0))).isEqualTo(Decision.BACKFILL);
        assertThat(rule.decide(at(Long.MAX_VALUE))).isEqualTo(Decision.NONE);
    }

    @Test
    void recordBeforeTheInstantGoesToTheBackfillLane() {
        BeforeRule rule = new BeforeRule(Instant.ofEpochMilli(NOW));
        assertThat(rule.decide(at(NOW))).isEqualTo(Decision.NONE);
        assertThat(rule.decide(at(NOW - 1))).isEqualTo(Decision.BACKFILL);
    }

    @Test
    void backlogOfATakeoverGoesToTheBackfillLaneWhateverItsTimestamps() {
        CutRule rule = new CutRule(Map.of(0, 7L, 1, 8L));
        for (long timestampMs : new long[] {-1, 0, NOW, Long.MAX_VALUE}) {
            assertThat(rule.decide(new Arrival(0, 6, timestampMs, null, new RecordHeaders(), NOW)))
                    .isEqualTo(Decision.BACKFILL);
            assertThat(rule.decide(new Arrival(0, 7, timestampMs, null, new RecordHeaders(), NOW)))
                    .isEqualTo(Decision.NONE);
            assertThat(rule.decide(new Arrival(1, 7, timestampMs, null, new RecordHeaders(), NOW)))
                    .isEqualTo(Decision.BACKFILL);
        }
        assertThat(rule.decide(new Arrival(2, 0, 0, null, new RecordHeaders(), NOW)))
                .as("a partition that was added later")
                .isEqualTo(Decision.NONE);
    }

    @Test
    void recordWithoutATimestampMatchesNoTimeRule() {
        assertThat(new AgeRule(HOUR).decide(at(-1))).isEqualTo(Decision.NONE);
        assertThat(new BeforeRule(Instant.ofEpochMilli(NOW)).decide(at(-1))).isEqualTo(Decision.NONE);
    }

    @Test
    void listedKeysAndPrefixesGoToTheBackfillLane() {
        KeyRule rule = new KeyRule(List.of("acme", "\u00fc"), List.of("imp-"));
        for (String key : List.of("acme", "\u00fc", "imp-", "imp-7")) {
            assertThat(rule.decide(keyed(key.getBytes(UTF_8), NOW))).as(key).isEqualTo(Decision.BACKFILL);
        }
        for (String key : List.of("", "acm", "acme2", "imp", "x-imp-")) {
            assertThat(rule.decide(keyed(key.getBytes(UTF_8), NOW))).as(key).isEqualTo(Decision.NONE);
        }
        assertThat(rule.decide(keyed(null, NOW))).isEqualTo(Decision.NONE);
    }

    @Test
    void keyAboveTheRateGoesToTheBackfillLaneUntilItsRateFalls() {
        RateRule rule = new RateRule(10, Duration.ofSeconds(2), 100, 7);
        byte[] hot = {1};
        byte[] steady = {2};
        int toBackfill = 0;
        for (int ms = 0; ms < 10_000; ms += 10) {
            toBackfill += rule.decide(live(hot, NOW + ms)) == Decision.BACKFILL ? 1 : 0;
            if (ms % 100 == 0) {
                assertThat(rule.decide(live(steady, NOW + ms))).isEqualTo(Decision.NONE);
            }
        }
        // 100 records per second where 10 are permitted: all but the first 20 and those that leak meanwhile.
        assertThat(toBackfill).isBetween(970, 980);
        assertThat(rule.decide(live(hot, NOW + 10_500))).isEqualTo(Decision.BACKFILL);
        assertThat(rule.decide(live(hot, NOW + 14_500))).isEqualTo(Decision.NONE);
    }

    @Test
    void backlogThatIsReadFastIsNotMistakenForABurst() {
        RateRule rule = new RateRule(10, Duration.ofSeconds(2), 100, 7);
        for (int second = 0; second < 1000; second++) {
            assertThat(rule.decide(keyed(new byte[] {1}, NOW - 1_000_000 + second * 1000L)))
                    .isEqualTo(Decision.NONE);
        }
    }

    @Test
    void misleadingTimestampDoesNotKeepAKeyHot() {
        for (long first : new long[] {Long.MAX_VALUE, NOW + HOUR.toMillis(), NOW, 0, -1, Long.MIN_VALUE}) {
            // The later records have correct timestamps, are an hour late, or have no valid timestamp.
            for (long late : new long[] {0, HOUR.toMillis(), NOW + 301_000, Long.MAX_VALUE}) {
                RateRule rule = new RateRule(10, Duration.ofSeconds(10), 100, 7);
                assertThat(rule.decide(arrival(new byte[] {1}, first, NOW))).isEqualTo(Decision.NONE);
                int toBackfill = 0;
                for (int second = 1; second <= 300; second++) {
                    long nowMs = NOW + second * 1000L;
                    toBackfill +=
                            rule.decide(arrival(new byte[] {1}, nowMs - late, nowMs)) == Decision.BACKFILL ? 1 : 0;
                }
                assertThat(toBackfill)
                        .as("of 300 records, one per second and %d ms late, after one with timestamp %d", late, first)
                        .isZero();
            }
        }
    }

    @Test
    void keyWithoutTimestampsIsMeasuredByTheTimeOfArrival() {
        RateRule rule = new RateRule(10, Duration.ofSeconds(2), 100, 7);
        int toBackfill = 0;
        for (int ms = 0; ms < 10_000; ms += 10) {
            toBackfill += rule.decide(arrival(new byte[] {1}, -1, NOW + ms)) == Decision.BACKFILL ? 1 : 0;
        }
        assertThat(toBackfill).isBetween(970, 980);
        assertThat(rule.decide(arrival(new byte[] {1}, -1, NOW + 14_500))).isEqualTo(Decision.NONE);
    }

    @Test
    void unorderedTimestampsAreNotCountedTwice() {
        RateRule rule = new RateRule(10, Duration.ofSeconds(2), 100, 7);
        int toBackfill = 0;
        for (long ms = 0; ms < 20_000; ms += 50) {
            // A poll every 450 ms, and every second record 80 ms late.
            long nowMs = NOW + ms / 450 * 450 + 450;
            toBackfill += rule.decide(arrival(new byte[] {1}, NOW + ms - ms / 50 % 2 * 80, nowMs)) == Decision.BACKFILL
                    ? 1
                    : 0;
        }
        assertThat(toBackfill)
                .as("of 400 records, 20 per second where 10 are permitted")
                .isGreaterThan(300);
    }

    @Test
    void hotKeyIsNotEvictedByColdKeys() {
        RateRule rule = new RateRule(10, Duration.ofSeconds(1), 1000, 7);
        SplittableRandom random = new SplittableRandom(1);
        byte[] hot = new byte[5000];
        boolean last = false;
        for (int i = 0; i < 200_000; i++) {
            byte[] cold = new byte[1 + random.nextInt(200)];
            random.nextBytes(cold);
            var unused = rule.decide(keyed(cold, NOW));
            if (i % 500 == 0) {
                last = rule.decide(live(hot, NOW + i / 500)) == Decision.BACKFILL;
            }
        }
        assertThat(last).isTrue();
        assertThat(rule.decide(keyed(null, NOW))).isEqualTo(Decision.NONE);
    }

    private static Arrival at(long timestampMs) {
        return keyed(new byte[] {'k'}, timestampMs);
    }

    private static Arrival keyed(byte[] key, long timestampMs) {
        return arrival(key, timestampMs, NOW);
    }

    private static Arrival live(byte[] key, long timestampMs) {
        return arrival(key, timestampMs, timestampMs);
    }

    private static Arrival arrival(byte[] key, long timestampMs, long nowMs) {
        return new Arrival(0, 7, timestampMs, key, new RecordHeaders(), nowMs);
    }

    private static Arrival with(String header, long timestampMs) {
        return new Arrival(
                0, 7, timestampMs, new byte[] {'k'}, new RecordHeaders().add("b", header.getBytes(UTF_8)), NOW);
    }
}
