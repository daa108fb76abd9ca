package io.sidetrack.writer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.writer.buffer.BufferLimits;
import io.sidetrack.writer.buffer.Precedence;
import io.sidetrack.writer.settings.WriterSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The limits of a stream thread's buffer, derived from the settings. */
class BufferFactoryTest {
    private static WriterSettings with(String... namesAndValues) {
        Map<String, String> environment = new HashMap<>(Map.of("WRITER_TOPIC", "lane", "WRITER_TABLE", "table"));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            environment.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return WriterSettings.read(environment);
    }

    @Test
    void threadsShareTheBatchesInFlightEvenly() {
        WriterSettings settings = with("WRITER_MAX_IN_FLIGHT", "7");
        assertThat(BufferFactory.limits(settings, 3).maxInFlight()).isEqualTo(2);
        assertThat(BufferFactory.limits(settings, 7).maxInFlight()).isEqualTo(1);
        assertThat(BufferFactory.limits(settings, 3).batchBytes()).isEqualTo(BufferLimits.MAX_BATCH_BYTES);
    }

    @Test
    void threadWithoutABatchInFlightIsRefused() {
        assertThatThrownBy(() -> BufferFactory.limits(with("WRITER_MAX_IN_FLIGHT", "7"), 8))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("KAFKA_NUM_STREAM_THREADS");
    }

    @Test
    void bufferMustHoldTheBatchesInFlight() {
        // 50 batches of 25 records.
        assertThat(BufferFactory.limits(with("WRITER_BUFFER_RECORDS", "1250"), 1)
                        .maxRecords())
                .isEqualTo(1250);
        assertThatThrownBy(() -> BufferFactory.limits(with("WRITER_BUFFER_RECORDS", "1249"), 1))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("WRITER_BUFFER_RECORDS=1249");
    }

    @ParameterizedTest
    @CsvSource({"19, 1000", "20, 1000", "21, 1050", "50, 2500"})
    void defaultBufferHoldsTwiceTheBatchesInFlightAndAtLeastAThousandRecords(String inFlight, long records) {
        assertThat(BufferFactory.limits(with("WRITER_MAX_IN_FLIGHT", inFlight), 1)
                        .maxRecords())
                .isEqualTo(records);
    }

    @ParameterizedTest
    @CsvSource({"5000, 25000, 5000", "5000, 15000, 5000", "5000, 14997, 4999", "1, 25000, 1"})
    void bufferHoldsNoMoreThanADrainOrAThirdOfAShutdownCanWrite(String drainMs, String shutdownMs, long readAheadMs) {
        WriterSettings settings = with("WRITER_DRAIN_TIMEOUT_MS", drainMs, "WRITER_SHUTDOWN_TIMEOUT_MS", shutdownMs);
        assertThat(BufferFactory.limits(settings, 1).readAhead()).isEqualTo(Duration.ofMillis(readAheadMs));
    }

    @ParameterizedTest
    @CsvSource({"overwrite, LAST", "keep-existing, FIRST", "newest-wins, HIGHEST"})
    void modeDecidesWhichOfTwoWaitingWritesIsSent(String mode, Precedence precedence) {
        assertThat(BufferFactory.limits(with("WRITER_MODE", mode), 1).precedence())
                .isEqualTo(precedence);
    }
}
