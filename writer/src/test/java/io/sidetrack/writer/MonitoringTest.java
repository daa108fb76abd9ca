package io.sidetrack.writer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.http.Health;
import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.writer.hold.Holds;
import io.sidetrack.writer.share.LaneShare;
import io.sidetrack.writer.thread.ThreadWriters;
import io.sidetrack.writer.thread.WritePathFixture;
import io.sidetrack.writer.watch.LaneAge;
import io.sidetrack.writer.watch.LaneLag;
import io.sidetrack.writer.watch.LaneOffsets;
import io.sidetrack.writer.watch.ShareWatch;
import io.sidetrack.writer.watch.StallMonitor;
import io.sidetrack.writer.watch.Watchdog;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

class MonitoringTest {
    private static final Health HEALTHY = new Health() {
        @Override
        public Optional<String> notLive() {
            return Optional.empty();
        }

        @Override
        public Optional<String> notReady() {
            return Optional.empty();
        }
    };

    private final ProblemLog problems = new ProblemLog(NOPLogger.NOP_LOGGER, System::nanoTime, Duration.ofMinutes(1));
    private final ThreadWriters writers = WritePathFixture.inVirtualTime().writers;
    private final LaneOffsets offsets = new LaneOffsets(null, "lane", "group", Duration.ofSeconds(1));
    private final LaneLag lag = new LaneLag(
            offsets, new LaneAge(wanted -> Map.of(), System::currentTimeMillis), writers, problems, System::nanoTime);
    private final ShareWatch share =
            new ShareWatch(offsets, LaneShare.whole(), 1, () -> false, problems, System::nanoTime);

    @Test
    void watchdogRunsOnAfterAnError() throws InterruptedException {
        CountDownLatch samples = new CountDownLatch(3);
        StallMonitor stall = new StallMonitor(
                new Watchdog(Duration.ofMinutes(5), Duration.ofSeconds(10)),
                writers,
                new Holds(),
                () -> {
                    samples.countDown();
                    if (samples.getCount() == 2) {
                        throw new OutOfMemoryError("the first time");
                    }
                    return Map.of();
                },
                System::nanoTime);
        try (Monitoring monitoring = Monitoring.start(HEALTHY, stall, () -> {}, lag, share, problems)) {
            assertThat(samples.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(monitoring.notLive()).isEmpty();
        }
    }
}
