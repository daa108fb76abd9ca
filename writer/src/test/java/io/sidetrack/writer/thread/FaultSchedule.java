package io.sidetrack.writer.thread;

import io.sidetrack.writer.buffer.RetryCause;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** The current faults of the table, the dead-letter topic and the brokers. */
enum FaultSchedule {
    FINE(50),
    SLOW(900),
    THROTTLING(50),
    FLAKY(200),
    OUTAGE(50),
    HANGING(50);

    static final List<FaultSchedule> ALL = List.of(values());

    private final int latencyMs;

    FaultSchedule(int latencyMs) {
        this.latencyMs = latencyMs;
    }

    /**
     * The fate of a call.
     *
     * @param effectPercent the percentage of its writes that take effect
     * @param whole the outcome of the whole call, if there is one
     * @param others the outcome of a write that did not take effect
     */
    record Fate(int effectPercent, boolean lostAnswer, Optional<RetryCause> whole, RetryCause others) {}

    private static final Fate WRITTEN = new Fate(100, false, Optional.empty(), RetryCause.UNPROCESSED);

    private static RetryCause throttled(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> RetryCause.THROTTLED_INDEX;
            case 1 -> RetryCause.THROTTLED_KEY_RANGE;
            default -> RetryCause.THROTTLED;
        };
    }

    Fate fate(SplittableRandom random) {
        return switch (this) {
            case FINE, SLOW -> WRITTEN;
            case THROTTLING ->
                random.nextInt(3) == 0
                        ? new Fate(0, false, Optional.of(throttled(random)), RetryCause.THROTTLED)
                        : new Fate(random.nextInt(100), false, Optional.empty(), RetryCause.UNPROCESSED);
            case FLAKY ->
                switch (random.nextInt(6)) {
                    case 0 -> lost(random);
                    case 1 ->
                        new Fate(random.nextInt(101), false, Optional.of(RetryCause.CONNECTION), RetryCause.CONNECTION);
                    case 2 -> new Fate(random.nextInt(101), false, Optional.empty(), RetryCause.CONFLICT);
                    case 3 -> new Fate(random.nextInt(101), false, Optional.empty(), RetryCause.OPERATOR);
                    default -> WRITTEN;
                };
            case OUTAGE ->
                new Fate(
                        random.nextInt(5) == 0 ? 100 : 0,
                        false,
                        Optional.of(random.nextBoolean() ? RetryCause.SERVER_ERROR : RetryCause.CONNECTION),
                        RetryCause.SERVER_ERROR);
            case HANGING -> lost(random);
        };
    }

    private static Fate lost(SplittableRandom random) {
        return new Fate(
                random.nextBoolean() ? random.nextInt(101) : 0,
                true,
                Optional.of(RetryCause.TIMEOUT),
                RetryCause.TIMEOUT);
    }

    long latencyNanos(SplittableRandom random) {
        return (1 + random.nextInt(latencyMs)) * ModelTable.MS;
    }

    /** Whether a request to a broker fails. */
    boolean failsBroker(SplittableRandom random) {
        return switch (this) {
            case FINE, SLOW, THROTTLING -> false;
            case FLAKY -> random.nextInt(4) == 0;
            case OUTAGE, HANGING -> random.nextInt(3) > 0;
        };
    }
}
