package io.sidetrack.common.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of the producer's warnings are filtered out of the log. */
class RoutineRetriesTest {
    private static final String SENDER = "org.apache.kafka.clients.producer.internals.Sender";

    private static ILoggingEvent event(String logger, Level level, String message) {
        return new LoggingEvent("", new LoggerContext().getLogger(logger), level, message, null, null);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DENY    | Sender | WARN  | transactionalId=r-1 | CONCURRENT_TRANSACTIONS",
                "DENY    | Sender | WARN  | transactionalId=r-1 | OUT_OF_ORDER_SEQUENCE_NUMBER",
                "NEUTRAL | Sender | WARN  | transactionalId=r-1 | NOT_LEADER_OR_FOLLOWER",
                "NEUTRAL | Sender | ERROR | transactionalId=r-1 | CONCURRENT_TRANSACTIONS",
                "NEUTRAL | Sender | WARN  | clientId=r-1        | OUT_OF_ORDER_SEQUENCE_NUMBER",
                "NEUTRAL | Other  | WARN  | transactionalId=r-1 | CONCURRENT_TRANSACTIONS"
            })
    void onlyRoutineRetriesOfTransactionsAreKeptOut(
            FilterReply reply, String logger, String level, String producer, String error) {
        String name = logger.equals("Sender") ? SENDER : "io.sidetrack.Other";
        String message =
                "[Producer " + producer + "] Got error produce response with correlation id 7 on topic-partition"
                        + " lane-0, retrying (2147483646 attempts left). Error: " + error;
        assertThat(new RoutineRetries().decide(event(name, Level.toLevel(level), message)))
                .isEqualTo(reply);
    }
}
