package io.sidetrack.ops.parked;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.control.NamedBackfill;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How long a resume waits for the services to know of the pause, whatever the clocks of the machines show. */
class ResumeWaitTest {
    private static final long SET_MS = Duration.ofDays(20_000).toMillis();
    private static final long WAIT_MS = Resume.Timing.STANDARD.pausing();

    private final NamedBackfill paused = NamedBackfill.paused(SET_MS);
    private long clockMs;
    private long passedMs;

    private Resume resume(Duration age) {
        clockMs = SET_MS + age.toMillis();
        return new Resume(
                paused,
                new BackfillSetting() {
                    @Override
                    public Optional<NamedBackfill> current() {
                        return Optional.of(paused);
                    }

                    @Override
                    public void put(NamedBackfill setting) {
                        throw new AssertionError("the wait has not ended");
                    }
                },
                null,
                null,
                Resume.Timing.STANDARD,
                () -> clockMs,
                () -> passedMs);
    }

    @Test
    void clockThatIsAheadDoesNotShortenTheWait() {
        for (Duration ahead : new Duration[] {Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofMinutes(9)}) {
            Resume resume = resume(ahead);
            assertThat(resume.leftMs()).isEqualTo(WAIT_MS);
            resume.step();
            assertThat(resume.phase()).isEqualTo(Resume.Phase.PAUSING);
        }
    }

    @Test
    void clockThatIsSetDuringTheWaitDoesNotChangeIt() {
        Resume resume = resume(Duration.ofSeconds(1));
        clockMs += Duration.ofDays(1).toMillis();
        passedMs = 5_000;
        assertThat(resume.leftMs()).isEqualTo(WAIT_MS - 5_000);
        clockMs -= Duration.ofDays(2).toMillis();
        passedMs = WAIT_MS;
        resume.step();
        assertThat(resume.phase()).isEqualTo(Resume.Phase.COMPLETING);
    }

    @Test
    void clockThatIsBehindDoesNotMakeItLonger() {
        assertThat(resume(Duration.ofDays(-1)).leftMs()).isEqualTo(WAIT_MS);
    }

    @Test
    void longAfterThePauseThereIsNoWait() {
        assertThat(resume(Duration.ofMinutes(11)).leftMs()).isZero();
    }
}
