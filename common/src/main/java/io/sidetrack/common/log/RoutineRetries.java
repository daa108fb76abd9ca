package io.sidetrack.common.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/**
 * Keeps routine retries out of the log. A transactional producer under load retries several times per second: the coordinator
 * is still completing the previous transaction when the first batches of the next one arrive, so the broker rejects them with
 * {@code CONCURRENT_TRANSACTIONS}, and the following batches of the same partition with {@code OUT_OF_ORDER_SEQUENCE_NUMBER}. The
 * producer sends them again in order, and nothing is lost. The producer's metrics still count every retry
 * ({@code record-retry-total}). All other retries, and those of producers without transactions, stay in the log.
 *
 * <p>Configured in {@code logback.xml}. Thread-safe.
 */
public final class RoutineRetries extends Filter<ILoggingEvent> {
    private static final String SENDER = "org.apache.kafka.clients.producer.internals.Sender";

    @Override
    public FilterReply decide(ILoggingEvent event) {
        if (!event.getLoggerName().equals(SENDER) || event.getLevel() != Level.WARN) {
            return FilterReply.NEUTRAL;
        }
        String message = event.getFormattedMessage();
        boolean routine = message.contains("transactionalId=")
                && message.contains(", retrying (")
                && (message.contains("Error: CONCURRENT_TRANSACTIONS")
                        || message.contains("Error: OUT_OF_ORDER_SEQUENCE_NUMBER"));
        return routine ? FilterReply.DENY : FilterReply.NEUTRAL;
    }
}
