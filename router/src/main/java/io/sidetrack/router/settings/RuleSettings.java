package io.sidetrack.router.settings;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Which records are part of a backfill.
 *
 * @param header the name of the header that marks a record as part of a backfill
 * @param olderThan the age on arrival beyond which a record is a backfill; empty for no limit
 * @param before the instant before which a record is a backfill; empty for none
 * @param keys the keys whose records are a backfill
 * @param keyPrefixes the prefixes of keys whose records are a backfill
 * @param keyRate the records per second beyond which a key is a backfill; 0 for no limit
 * @param keyRateWindow how long a key may exceed the rate
 */
public record RuleSettings(
        String header,
        Optional<Duration> olderThan,
        Optional<Instant> before,
        List<String> keys,
        List<String> keyPrefixes,
        double keyRate,
        Duration keyRateWindow) {}
