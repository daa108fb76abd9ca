package io.sidetrack.common.http;

import java.util.Optional;

/** The state behind {@code /livez} and {@code /readyz}. Called by the HTTP thread, which serves all probes, so it must never block. */
public interface Health {
    /** Why an orchestrator should restart this process; empty if a restart would not help. */
    Optional<String> notLive();

    /** Why this process is not working at the moment; empty if it is. */
    Optional<String> notReady();
}
