package io.sidetrack.common.topic;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The identity of a topic that can be deleted and created again while a service runs. Looked up by one thread, read by any.
 *
 * <p>If a look-up fails, the last known identity stays: a topic that cannot be described at the moment is usually the same.
 */
public final class IdentityWatch {
    private static final long INTERVAL_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long RECENT_NANOS = 3 * INTERVAL_NANOS;

    private final Supplier<TopicIdentity> lookup;
    private final LongSupplier nanoClock;
    private final Consumer<RuntimeException> onFailure;
    private volatile TopicIdentity known;
    /** When the last successful look-up began. */
    private volatile long foundNanos;

    /** Whether the last look-up has failed. */
    private volatile boolean failed;

    private long lookedUpNanos;

    /**
     * @param begin the identity at present
     * @param lookup finds it again; fails if it cannot
     * @param onFailure receives the failure of a look-up
     */
    public IdentityWatch(
            TopicIdentity begin,
            Supplier<TopicIdentity> lookup,
            LongSupplier nanoClock,
            Consumer<RuntimeException> onFailure) {
        this.known = begin;
        this.lookup = lookup;
        this.nanoClock = nanoClock;
        this.onFailure = onFailure;
        this.lookedUpNanos = nanoClock.getAsLong();
        this.foundNanos = lookedUpNanos;
    }

    /** The identity that was found last. */
    public TopicIdentity known() {
        return known;
    }

    /**
     * The identity, if it was looked up in the last 30 s and that has not failed. For what must not be taken for something of another
     * topic of the same name.
     */
    public Optional<TopicIdentity> recent() {
        boolean isRecent = !failed && nanoClock.getAsLong() - foundNanos <= RECENT_NANOS;
        return isRecent ? Optional.of(known) : Optional.empty();
    }

    /**
     * The identity of now, or of some seconds ago.
     *
     * @param now whether it must be that of now, unless the look-up fails
     */
    public TopicIdentity look(boolean now) {
        long nanos = nanoClock.getAsLong();
        if (now || nanos - lookedUpNanos >= INTERVAL_NANOS) {
            lookedUpNanos = nanos;
            try {
                known = lookup.get();
                foundNanos = nanos;
                failed = false;
            } catch (RuntimeException e) {
                failed = true;
                onFailure.accept(e);
            }
        }
        return known;
    }
}
