package io.sidetrack.ops.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** A search that takes long shows how far it is, and leaves nothing behind. */
class SearchProgressTest {
    private final StringWriter screen = new StringWriter();
    private long nowNanos;
    private final SearchProgress progress = new SearchProgress(new PrintWriter(screen), "orders-live", () -> nowNanos);

    private void searchedAfter(long ms, long offsets) {
        nowNanos += ms * 1_000_000;
        progress.searched(offsets, 10_000);
    }

    @Test
    void longSearchIsShownInPlaceAFewTimesASecond() {
        searchedAfter(150, 1000);
        searchedAfter(50, 2000);
        searchedAfter(100, 3000);
        searchedAfter(100, 4000);
        progress.end();
        assertThat(screen)
                .hasToString("\rorders-live: no record in 2,000 of 10,000 offsets so far\u001b[K"
                        + "\rorders-live: no record in 4,000 of 10,000 offsets so far\u001b[K"
                        + "\r\u001b[K");
    }

    @Test
    void shortSearchPrintsNothing() {
        searchedAfter(199, 10_000);
        progress.end();
        assertThat(screen.toString()).isEmpty();
    }
}
