package io.sidetrack.router.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.log.Printable;
import io.sidetrack.common.log.Secrets;
import io.sidetrack.common.settings.SettingsTable;
import io.sidetrack.common.settings.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How the router reads its settings from the environment. */
class RouterSettingsTest {
    @Test
    void onlyTheSourceIsRequired() {
        RouterSettings settings = RouterSettings.read(Map.of("ROUTER_SOURCE_TOPIC", "orders"));
        assertThat(settings.topics().live()).isEqualTo("orders-live");
        assertThat(settings.topics().backfill()).isEqualTo("orders-backfill");
        assertThat(settings.topics().parked()).isEqualTo("orders-backfill-parked");
        assertThat(settings.rules().header()).isEqualTo("x-backfill");
        assertThat(settings.processingGuarantee()).isEqualTo("exactly_once_v2");
        assertThat(settings.applicationId()).isEqualTo("sidetrack-router-orders");
        assertThat(settings.unknown()).isEmpty();
    }

    @Test
    void invalidValueIsNamedInOneLine() {
        assertThatThrownBy(() -> RouterSettings.read(
                        Map.of("ROUTER_SOURCE_TOPIC", "orders", "ROUTER_ALLOW_SHORT_RETENTION", "perhaps")))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("ROUTER_ALLOW_SHORT_RETENTION=perhaps: not valid")
                .message()
                .hasLineCount(1);
    }

    @Test
    void parkedRecordsHaveATopicOfTheirOwn() {
        for (String other : List.of("orders", "orders-live", "orders-backfill")) {
            assertThatThrownBy(() ->
                            RouterSettings.read(Map.of("ROUTER_SOURCE_TOPIC", "orders", "ROUTER_PARKED_TOPIC", other)))
                    .isInstanceOf(StartupException.class)
                    .hasMessageStartingWith("ROUTER_PARKED_TOPIC=" + other + ": this is the ");
        }
        assertThatThrownBy(() -> RouterSettings.read(
                        Map.of("ROUTER_SOURCE_TOPIC", "orders", "ROUTER_PARKED_TOPIC", "orders-dead-letters")))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("ROUTER_DEAD_LETTER_TOPIC=orders-dead-letters: this is the topic for parked");
    }

    @Test
    void listsAreSplitAtCommasAndTrimmed() {
        RouterSettings settings =
                RouterSettings.read(Map.of("ROUTER_SOURCE_TOPIC", "orders", "ROUTER_BACKFILL_KEYS", "a, b"));
        assertThat(settings.rules().keys()).containsExactly("a", "b");
        assertThat(settings.rules().keyPrefixes()).isEmpty();
    }

    @Test
    void invalidInstantIsNamedWithTheRemedy() {
        assertThatThrownBy(() -> RouterSettings.read(
                        Map.of("ROUTER_SOURCE_TOPIC", "orders", "ROUTER_BACKFILL_BEFORE", "yesterday")))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("ROUTER_BACKFILL_BEFORE=yesterday: not an instant");
    }

    @Test
    void userInfoInAnySettingIsMasked() {
        int planted = 0;
        for (String name : SettingsDefinition.create().names()) {
            for (String url : List.of("http://user:planted-%s@host", "http//user:planted-%s@host")) {
                Map<String, String> environment = new HashMap<>(Map.of("ROUTER_SOURCE_TOPIC", "orders"));
                environment.put(name, url.formatted(name.hashCode()));
                Secrets.remember(environment);
                String outcome;
                try {
                    outcome = "would be printed: " + RouterSettings.read(environment);
                } catch (StartupException e) {
                    outcome = e.getMessage();
                }
                planted += outcome.contains("planted-") ? 1 : 0;
                assertThat(Printable.text(outcome)).doesNotContain("planted-");
            }
        }
        assertThat(planted).as("what would be printed without a filter").isGreaterThan(20);
    }

    @Test
    void documentationContainsTheTableOfSettings() throws IOException {
        assertThat(Files.readString(Path.of("..", "docs", "settings.md")))
                .contains(SettingsTable.markdown(SettingsDefinition.create()));
    }
}
