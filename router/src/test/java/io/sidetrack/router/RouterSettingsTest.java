package io.sidetrack.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.settings.SettingsTable;
import io.sidetrack.common.settings.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the router takes from its environment. */
class RouterSettingsTest {
    @Test
    void sourceIsEnough() {
        RouterSettings settings = RouterSettings.read(Map.of("ROUTER_SOURCE_TOPIC", "orders"));
        assertThat(settings.liveTopic()).isEqualTo("orders-live");
        assertThat(settings.backfillTopic()).isEqualTo("orders-backfill");
        assertThat(settings.backfillHeader()).isEqualTo("x-backfill");
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
    void readmeHasTheTableOfTheSettingsAsTheyAreDefined() throws IOException {
        assertThat(Files.readString(Path.of("..", "README.md")))
                .contains(SettingsTable.markdown(RouterSettings.definition()));
    }
}
