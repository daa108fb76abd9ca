package io.sidetrack.writer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.mapping.model.SourceRecord;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/** What is parked behind the back of every command is reported: nobody else would return it. */
class ParkedAgainTest {
    private final List<String> warnings = new ArrayList<>();
    private final ParkedAgain parkedAgain = new ParkedAgain(new ProblemLog(logger(), () -> 0, Duration.ofMinutes(1)));

    private Logger logger() {
        return (Logger) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Logger.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("warn")) {
                        warnings.add(arguments[1].toString());
                    }
                    return null;
                });
    }

    private void parks(long offset, NamedBackfill setting) {
        parkedAgain.parks(new SourceRecord("lane", 3, offset, 0, null, null, List.of()), setting);
    }

    @Test
    void recordOfAResumedBackfillIsReportedOnce() {
        NamedBackfill resuming = NamedBackfill.paused(1).resuming(Map.of(3, 100L), Map.of(), 2);
        parks(1, NamedBackfill.paused(1));
        parks(2, NamedBackfill.cancelled(false, 1));
        parks(3, resuming);
        assertThat(warnings).as("a command returns these").isEmpty();
        parks(4, resuming.resumed(Map.of(), 3));
        parks(5, resuming.resumed(Map.of(), 3));
        assertThat(warnings)
                .singleElement()
                .asString()
                .startsWith(new SourceRecord("lane", 3, 4, 0, null, null, List.of()).position() + ": parked, although")
                .contains("`sidetrack backfill resume`");
    }
}
