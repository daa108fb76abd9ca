package io.sidetrack.common.http;

import java.util.Optional;

/** What {@code /livez} and {@code /readyz} ask. Called from the HTTP thread, which serves all probes: must answer at once and never block. */
public interface Health {
    /** Why an orchestrator should restart this process; empty while a restart would help nobody. */
    Optional<String> notLive();

    /** Why this process does no work just now; empty when it does. */
    Optional<String> notReady();
}
