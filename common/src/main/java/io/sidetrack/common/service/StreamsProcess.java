package io.sidetrack.common.service;

import io.sidetrack.common.thread.Daemons;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a Streams client as a process: until SIGTERM, which stops it in order and ends with exit code 0, or until the
 * client gives up, which ends with {@value #FAILED}.
 */
public final class StreamsProcess {
    /** The exit code of a service that failed while it ran, or could not stop in order. */
    public static final int FAILED = 1;

    private static final Logger log = LoggerFactory.getLogger(StreamsProcess.class);

    /** For closing what the service has opened, when the client has used up the limit. */
    private static final Duration LEAST_CLOSING = Duration.ofMillis(500);

    private final KafkaStreams streams;
    private final ThreadReplacement replacement;
    private final Duration closeLimit;
    private final Hooks hooks;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    /** Opens when the process has closed the client because it failed. */
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * What a service does at its end.
     *
     * @param beforeClose stops reading, because a stream thread notices a shutdown only when it has nothing left to
     *     process; called at least once before the client is closed, however that begins. Must return at once
     * @param allDone called after the client is closed: whether everything that was read is also finished and committed
     * @param afterClose closes what the service has opened; at a stop, what is not closed within the limit ends with the
     *     process
     */
    public record Hooks(Runnable beforeClose, BooleanSupplier allDone, Runnable afterClose) {}

    /**
     * @param streams not yet started; its state listener and uncaught exception handler are set here
     * @param closeLimit how long closing the client may take
     */
    public StreamsProcess(KafkaStreams streams, ThreadReplacement replacement, Duration closeLimit, Hooks hooks) {
        this.streams = streams;
        this.replacement = replacement;
        this.closeLimit = closeLimit;
        this.hooks = hooks;
        streams.setUncaughtExceptionHandler(replacement);
        streams.setStateListener((now, before) -> {
            log.info("Streams client: {} -> {}", before, now);
            if (now.isShuttingDown()) {
                stopReading();
            }
            if (now == KafkaStreams.State.NOT_RUNNING || now == KafkaStreams.State.ERROR) {
                ended.countDown();
            }
        });
    }

    /**
     * Starts the client and blocks until it has ended.
     *
     * @return the exit code; after SIGTERM this does not return, because the JVM ends in the shutdown hook
     */
    public int run() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stopAndHalt, "stop"));
        streams.start();
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (stopping.compareAndSet(false, true)) {
            log.error("ending, with the Streams client in state {}", streams.state());
            stopReading();
            try {
                streams.close(closeOptions());
                closeWithin(closeLimit, hooks.afterClose);
            } finally {
                closed.countDown();
            }
        }
        return FAILED;
    }

    private void stopReading() {
        hooks.beforeClose.run();
        replacement.stop();
    }

    /**
     * Ends the process with {@value #FAILED}, because going on would do harm. Returns at once; from any thread.
     *
     * @param reason one line, with the remedy
     */
    public void giveUp(String reason) {
        log.error("giving up: {}", reason);
        ended.countDown();
    }

    /**
     * On SIGTERM. The JVM's own exit code after a signal is 143 however well the stop went, so the hook halts with
     * the code that tells.
     */
    private void stopAndHalt() {
        if (stopping.compareAndSet(false, true)) {
            Runtime.getRuntime().halt(stop());
        }
        try {
            // The process has failed and is closing already; the JVM must not end in the middle of that.
            closed.await(closeLimit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int stop() {
        long start = System.nanoTime();
        // The default leaves the member in the group until session.timeout.ms, and its partitions unread for 45 s.
        stopReading();
        boolean closed = streams.close(closeOptions());
        boolean allDone = closed && hooks.allDone.getAsBoolean();
        Duration left = closeLimit.minusNanos(System.nanoTime() - start);
        closeWithin(left.compareTo(LEAST_CLOSING) > 0 ? left : LEAST_CLOSING, hooks.afterClose);
        long ms = Duration.ofNanos(System.nanoTime() - start).toMillis();
        if (allDone) {
            log.info("stopped in {} ms, nothing left behind", ms);
            return 0;
        }
        log.error("stopped after {} ms with work left undone; it was not committed and will be read again", ms);
        return FAILED;
    }

    /** Closes on another thread, and waits no longer than a limit: a client whose brokers are silent takes 30 s to close. */
    static void closeWithin(Duration limit, Runnable close) {
        Thread thread = Daemons.named("close").newThread(close);
        thread.setUncaughtExceptionHandler((any, failure) -> log.warn("not everything could be closed", failure));
        thread.start();
        try {
            thread.join(limit.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private CloseOptions closeOptions() {
        return CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(closeLimit);
    }
}
