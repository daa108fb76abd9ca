package io.sidetrack.router.lane;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.lane.Lane;
import io.sidetrack.router.lane.Rule.Opinion;
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
    void recordThatNoRuleSpeaksOfIsLive() {
        Rules rules = new Rules(List.of(new HeaderRule("b"), new AgeRule(HOUR)));
        assertThat(rules.judge(at(NOW))).isEqualTo(new Verdict(Lane.LIVE, Rules.NONE));
    }

    @Test
    void headerWinsInBothDirections() {
        Rules rules = new Rules(List.of(new HeaderRule("b"), new AgeRule(HOUR), new KeyRule(List.of("k"), List.of())));
        assertThat(rules.judge(with("false", 0))).isEqualTo(new Verdict(Lane.LIVE, "header"));
        assertThat(rules.judge(with("orders-2019", NOW))).isEqualTo(new Verdict(Lane.BACKFILL, "header"));
    }

    @Test
    void recordOlderThanTheDurationIsABackfill() {
        AgeRule rule = new AgeRule(HOUR);
        assertThat(rule.opinion(at(NOW - HOUR.toMillis()))).isEqualTo(Opinion.NONE);
        assertThat(rule.opinion(at(NOW - HOUR.toMillis() - 1))).isEqualTo(Opinion.BACKFILL);
        assertThat(rule.opinion(at(0))).isEqualTo(Opinion.BACKFILL);
        assertThat(rule.opinion(at(Long.MAX_VALUE))).isEqualTo(Opinion.NONE);
    }

    @Test
    void recordFromBeforeTheInstantIsABackfill() {
        BeforeRule rule = new BeforeRule(Instant.ofEpochMilli(NOW));
        assertThat(rule.opinion(at(NOW))).isEqualTo(Opinion.NONE);
        assertThat(rule.opinion(at(NOW - 1))).isEqualTo(Opinion.BACKFILL);
    }

    @Test
    void whatLayInTheSourceAtTheTakeoverIsABackfillWhateverItsTimestamp() {
        CutRule rule = new CutRule(Map.of(0, 7L, 1, 8L));
        for (long timestampMs : new long[] {-1, 0, NOW, Long.MAX_VALUE}) {
            assertThat(rule.opinion(new Arrival(0, 6, timestampMs, null, new RecordHeaders(), NOW)))
                    .isEqualTo(Opinion.BACKFILL);
            assertThat(rule.opinion(new Arrival(0, 7, timestampMs, null, new RecordHeaders(), NOW)))
                    .isEqualTo(Opinion.NONE);
            assertThat(rule.opinion(new Arrival(1, 7, timestampMs, null, new RecordHeaders(), NOW)))
                    .isEqualTo(Opinion.BACKFILL);
        }
        assertThat(rule.opinion(new Arrival(2, 0, 0, null, new RecordHeaders(), NOW)))
                .as("a partition that came later")
                .isEqualTo(Opinion.NONE);
    }

    @Test
    void recordWithoutATimestampIsOfNoAge() {
        assertThat(new AgeRule(HOUR).opinion(at(-1))).isEqualTo(Opinion.NONE);
        assertThat(new BeforeRule(Instant.ofEpochMilli(NOW)).opinion(at(-1))).isEqualTo(Opinion.NONE);
    }

    @Test
    void listedKeysAndPrefixesAreABackfill() {
        KeyRule rule = new KeyRule(List.of("acme", "\u00fc"), List.of("imp-"));
        for (String key : List.of("acme", "\u00fc", "imp-", "imp-7")) {
            assertThat(rule.opinion(keyed(key.getBytes(UTF_8), NOW))).as(key).isEqualTo(Opinion.BACKFILL);
        }
        for (String key : List.of("", "acm", "acme2", "imp", "x-imp-")) {
            assertThat(rule.opinion(keyed(key.getBytes(UTF_8), NOW))).as(key).isEqualTo(Opinion.NONE);
        }
        assertThat(rule.opinion(keyed(null, NOW))).isEqualTo(Opinion.NONE);
    }

    @Test
    void keyThatComesTooOftenIsABackfillUntilItCalmsDown() {
        RateRule rule = new RateRule(10, Duration.ofSeconds(2), 100, 7);
        byte[] hot = {1};
        byte[] steady = {2};
        int toBackfill = 0;
        for (int ms = 0; ms < 10_000; ms += 10) {
            toBackfill += rule.opinion(live(hot, NOW + ms)) == Opinion.BACKFILL ? 1 : 0;
            if (ms % 100 == 0) {
                assertThat(rule.opinion(live(steady, NOW + ms))).isEqualTo(Opinion.NONE);
            }
        }
        // 100 a second where 10 are permitted: after 20 records and what runs out meanwhile, the rest.
        assertThat(toBackfill).isBetween(970, 980);
        assertThat(rule.opinion(live(hot, NOW + 10_500))).isEqualTo(Opinion.BACKFILL);
        assertThat(rule.opinion(live(hot, NOW + 14_500))).isEqualTo(Opinion.NONE);
    }

    @Test
    void backlogThatIsReadFastIsNoRush() {
        RateRule rule = new RateRule(10, Duration.ofSeconds(2), 100, 7);
        for (int second = 0; second < 1000; second++) {
            assertThat(rule.opinion(keyed(new byte[] {1}, NOW - 1_000_000 + second * 1000L)))
                    .isEqualTo(Opinion.NONE);
        }
    }

    @Test
    void keyWithATimestampThatMisleadsIsJudgedByWhenItsRecordsArrive() {
        for (long first : new long[] {Long.MAX_VALUE, NOW + HOUR.toMillis(), NOW, 0, -1, Long.MIN_VALUE}) {
            // After the first record: right ones, an hour late ones, and such as have none.
            for (long late : new long[] {0, HOUR.toMillis(), NOW + 301_000, Long.MAX_VALUE}) {
                RateRule rule = new RateRule(10, Duration.ofSeconds(10), 100, 7);
                assertThat(rule.opinion(arrival(new byte[] {1}, first, NOW))).isEqualTo(Opinion.NONE);
                int toBackfill = 0;
                for (int second = 1; second <= 300; second++) {
                    long nowMs = NOW + second * 1000L;
                    toBackfill +=
                            rule.opinion(arrival(new byte[] {1}, nowMs - late, nowMs)) == Opinion.BACKFILL ? 1 : 0;
                }
                assertThat(toBackfill)
                        .as("of 300 records, one a second, %d ms late, after one from %d", late, first)
                        .isZero();
            }
        }
    }

    @Test
    void keyWithoutTimestampsThatComesTooOftenIsABackfillUntilItCalmsDown() {
        RateRule rule = new RateRule(10, Duration.ofSeconds(2), 100, 7);
        int toBackfill = 0;
        for (int ms = 0; ms < 10_000; ms += 10) {
            toBackfill += rule.opinion(arrival(new byte[] {1}, -1, NOW + ms)) == Opinion.BACKFILL ? 1 : 0;
        }
        assertThat(toBackfill).isBetween(970, 980);
        assertThat(rule.opinion(arrival(new byte[] {1}, -1, NOW + 14_500))).isEqualTo(Opinion.NONE);
    }

    @Test
    void timeThatArrivesInStepsAndOutOfOrderIsNotCountedTwice() {
        RateRule rule = new RateRule(10, Duration.ofSeconds(2), 100, 7);
        int toBackfill = 0;
        for (long ms = 0; ms < 20_000; ms += 50) {
            // A poll every 450 ms, and every second record 80 ms late.
            long nowMs = NOW + ms / 450 * 450 + 450;
            toBackfill += rule.opinion(arrival(new byte[] {1}, NOW + ms - ms / 50 % 2 * 80, nowMs)) == Opinion.BACKFILL
                    ? 1
                    : 0;
        }
        assertThat(toBackfill).as("of 400, 20 a second where 10 are permitted").isGreaterThan(300);
    }

    @Test
    void hotKeyIsNotForgottenWhateverElseComes() {
        RateRule rule = new RateRule(10, Duration.ofSeconds(1), 1000, 7);
        SplittableRandom random = new SplittableRandom(1);
        byte[] hot = new byte[5000];
        boolean last = false;
        for (int i = 0; i < 200_000; i++) {
            byte[] cold = new byte[1 + random.nextInt(200)];
            random.nextBytes(cold);
            var unused = rule.opinion(keyed(cold, NOW));
            if (i % 500 == 0) {
                last = rule.opinion(live(hot, NOW + i / 500)) == Opinion.BACKFILL;
            }
        }
        assertThat(last).isTrue();
        assertThat(rule.opinion(keyed(null, NOW))).isEqualTo(Opinion.NONE);
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
