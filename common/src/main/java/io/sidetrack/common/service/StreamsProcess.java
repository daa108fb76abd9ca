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
 * Runs a Streams client as a process, until SIGTERM or until the client fails. The exit code is 0 after a complete shutdown,
 * otherwise {@value #FAILED}.
 */
public final class StreamsProcess {
    /** The exit code of a service that failed, or whose shutdown was incomplete. */
    public static final int FAILED = 1;

    private static final Logger log = LoggerFactory.getLogger(StreamsProcess.class);

    /** The time for closing the service's resources if the client has used up the limit. */
    private static final Duration LEAST_CLOSING = Duration.ofMillis(500);

    private final KafkaStreams streams;
    private final ThreadReplacement replacement;
    private final Duration closeLimit;
    private final Hooks hooks;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    /** Opens when a failed client is closed. */
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * The service's part in a shutdown.
     *
     * @param beforeClose stops reading, because a stream thread notices a shutdown only when it has nothing left to process.
     *     Called at least once before the client is closed, regardless of the reason; must return at once
     * @param allDone called after the client is closed; true if every record that was read is finished and committed
     * @param afterClose closes the service's resources; limited in time
     */
    public record Hooks(Runnable beforeClose, BooleanSupplier allDone, Runnable afterClose) {}

    /**
     * @param streams the client, not started; this constructor sets its state listener and uncaught exception handler
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
     * Starts the client and blocks until it ends.
     *
     * @return the exit code; does not return after SIGTERM, because the JVM ends in the shutdown hook
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
            log.error("ending because the Streams client is in state {}", streams.state());
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
     * Ends the process with {@value #FAILED}, because continuing would do harm. Returns at once; callable from any thread.
     *
     * @param reason one line, with the remedy
     */
    public void giveUp(String reason) {
        log.error("giving up: {}", reason);
        ended.countDown();
    }

    /**
     * Runs on SIGTERM. The JVM's own exit code after a signal is always 143, so the hook halts with a meaningful one.
     */
    private void stopAndHalt() {
        if (stopping.compareAndSet(false, true)) {
            Runtime.getRuntime().halt(stop());
        }
        try {
            // The process has failed and is closing already, which the end of the JVM must not interrupt.
            closed.await(closeLimit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int stop() {
        long start = System.nanoTime();
        stopReading();
        boolean closed = streams.close(closeOptions());
        boolean allDone = closed && hooks.allDone.getAsBoolean();
        Duration left = closeLimit.minusNanos(System.nanoTime() - start);
        closeWithin(left.compareTo(LEAST_CLOSING) > 0 ? left : LEAST_CLOSING, hooks.afterClose);
        long ms = Duration.ofNanos(System.nanoTime() - start).toMillis();
        if (allDone) {
            log.info("stopped in {} ms with all work committed", ms);
            return 0;
        }
        log.error("stopped after {} ms with unfinished work, which was not committed and will be read again", ms);
        return FAILED;
    }

    /** Closes on another thread and waits no longer than a limit: a client takes 30 s to close if brokers do not respond. */
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

    /** With Streams' default, the member stays in the group, and its partitions stay unread for the session timeout of 45 s. */
    private CloseOptions closeOptions() {
        return CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(closeLimit);
    }
}
