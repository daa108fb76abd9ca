package io.sidetrack.writer.watch;

import io.sidetrack.writer.hold.Holds;
import io.sidetrack.writer.thread.ThreadWriters;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Samples the writer for the watchdog, and reports a stall. {@link #run} is for one thread, the other methods for any. */
public final class StallMonitor implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(StallMonitor.class);

    private final Watchdog watchdog;
    private final ThreadWriters writers;
    private final Holds holds;
    private final Supplier<Map<Integer, Long>> polled;
    private final LongSupplier nanoClock;
    private volatile Optional<String> stalled = Optional.empty();

    /** @param polled by partition of the lane, the offset of the last record that was polled and not committed */
    public StallMonitor(
            Watchdog watchdog,
            ThreadWriters writers,
            Holds holds,
            Supplier<Map<Integer, Long>> polled,
            LongSupplier nanoClock) {
        this.watchdog = watchdog;
        this.writers = writers;
        this.holds = holds;
        this.polled = polled;
        this.nanoClock = nanoClock;
    }

    /** Takes a sample; to be called several times within the watchdog's limit. */
    @Override
    public void run() {
        boolean recordsWait = writers.state().records() > 0 || writers.hasUnread(polled.get());
        Optional<String> found = watchdog.check(
                new Watchdog.Sample(writers.activity(), recordsWait, holds.active()), nanoClock.getAsLong());
        if (found.isPresent() && stalled.isEmpty()) {
            log.error(
                    "the writer is stalled: {}; /livez returns 503 from now on, because a restart helps", found.get());
        } else if (found.isEmpty() && stalled.isPresent()) {
            log.info("the writer makes progress again");
        }
        stalled = found;
    }

    /** The description of the stall; empty if there is none. */
    public Optional<String> stalled() {
        return stalled;
    }
}
