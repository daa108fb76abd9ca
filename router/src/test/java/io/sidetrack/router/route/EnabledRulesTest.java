package io.sidetrack.router.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.router.settings.RouterSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which rules the settings enable. */
class EnabledRulesTest {
    private static String names(Map<String, String> rules, Optional<Map<Integer, Long>> cut) {
        Map<String, String> environment = new HashMap<>(rules);
        environment.put("ROUTER_SOURCE_TOPIC", "orders");
        return new EnabledRules(RouterSettings.read(environment).rules(), cut).names();
    }

    @Test
    void onlyTheHeaderRuleIsEnabledByDefault() {
        assertThat(names(Map.of(), Optional.empty())).isEqualTo("header");
    }

    @Test
    void enabledRulesAreTriedInTheDocumentedOrder() {
        Map<String, String> all = Map.of(
                "ROUTER_BACKFILL_KEY_RATE", "2.5",
                "ROUTER_BACKFILL_KEYS", "a, b",
                "ROUTER_BACKFILL_BEFORE", "2026-05-01T00:00:00Z",
                "ROUTER_BACKFILL_OLDER_THAN_MS", "86400000");
        assertThat(names(all, Optional.empty())).isEqualTo("header, older-than, before, key, rate");
        assertThat(names(all, Optional.of(Map.of(0, 5L))))
                .isEqualTo("header, older-than, before, before-cut, key, rate");
    }

    @Test
    void prefixesAloneEnableTheKeyRule() {
        assertThat(names(Map.of("ROUTER_BACKFILL_KEY_PREFIXES", "tenant-"), Optional.empty()))
                .isEqualTo("header, key");
    }
}
