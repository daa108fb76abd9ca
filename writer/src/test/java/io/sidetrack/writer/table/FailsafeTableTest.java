package io.sidetrack.writer.table;

import static io.sidetrack.writer.table.ScriptedTable.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.Batches;
import io.sidetrack.writer.buffer.Outcome;
import io.sidetrack.writer.buffer.RetryCause;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every batch gets its outcome in time, whatever goes wrong. */
class FailsafeTableTest {
    private static final BatchOutcome LOST = new BatchOutcome.RetryAll(RetryCause.CONNECTION);

    static Stream<Supplier<CompletableFuture<BatchOutcome>>> faults() {
        return Stream.of(
                () -> {
                    throw new IllegalStateException("a fault");
                },
                () -> {
                    throw new StackOverflowError();
                },
                () -> CompletableFuture.failedFuture(new OutOfMemoryError("a fault")),
                () -> CompletableFuture.completedFuture(null));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void defectCausesARetryAndOneLogLineWithoutItsMessage(Supplier<CompletableFuture<BatchOutcome>> fault) {
        LogLines log = new LogLines();
        Table table = failsafe(fault, log);
        for (int i = 0; i < 3; i++) {
            CompletableFuture<BatchOutcome> outcome = table.write(Batches.puts(1));
            assertThat(outcome).isCompletedWithValue(LOST);
        }
        assertThat(log.all()).hasSize(1);
        assertThat(log.all().get(0))
                .startsWith("table t: a batch has no outcome (")
                .doesNotContain("a fault)");
    }

    @ParameterizedTest
    @MethodSource("modes")
    void callWithoutAResponseEndsInTime(Mode mode) {
        ScriptedTable scripted = new ScriptedTable("t", (operation, body) -> new CompletableFuture<>());
        Table table = mode.of(scripted.calls());
        long start = System.nanoTime();
        assertThat(retries(outcome(table, Batches.puts(1, 1, 1)))).containsOnly(RetryCause.TIMEOUT);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(table.maxWriteTime());
        assertThat(scripted.outcomes).containsOnly("timeout");
    }

    @ParameterizedTest
    @MethodSource("modes")
    void failureToSendCausesARetry(Mode mode) {
        ScriptedTable scripted = new ScriptedTable("t", (operation, body) -> {
            throw new IllegalStateException("the client is closed");
        });
        assertThat(retries(outcome(mode.of(scripted.calls()), Batches.puts(1, 1))))
                .containsOnly(RetryCause.CONNECTION);
        assertThat(scripted.log.all()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("modes")
    void unreadableResponseCausesARetry(Mode mode) {
        for (String body : List.of("", "no", "{", "[]", "null", "{\"ConsumedCapacity\":7}")) {
            ScriptedTable scripted = new ScriptedTable("t", (operation, sent) -> ScriptedTable.response(200, body));
            assertThat(retries(outcome(mode.of(scripted.calls()), Batches.puts(1, 1))))
                    .as(body)
                    .containsOnly(RetryCause.CONNECTION);
            assertThat(scripted.log.all()).hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("modes")
    void brokenWriteCausesARetry(Mode mode) {
        ScriptedTable scripted = new ScriptedTable("t", (operation, body) -> new CompletableFuture<>());
        assertThat(retries(outcome(mode.of(scripted.calls()), Batches.broken())))
                .containsOnly(RetryCause.CONNECTION);
        assertThat(scripted.log.all()).hasSize(1);
    }

    /** A write mode, by its name in a test report. */
    enum Mode {
        OVERWRITE,
        KEEP_EXISTING,
        NEWEST_WINS;

        Table of(TableCalls calls) {
            return switch (this) {
                case OVERWRITE -> calls.overwriting();
                case KEEP_EXISTING -> calls.keepingExisting();
                case NEWEST_WINS -> calls.newestWinning("v");
            };
        }
    }

    static Stream<Mode> modes() {
        return Stream.of(Mode.values());
    }

    private static List<RetryCause> retries(BatchOutcome outcome) {
        return outcome instanceof BatchOutcome.RetryAll all
                ? List.of(all.cause())
                : ((BatchOutcome.Each) outcome)
                        .outcomes().stream()
                                .map(each -> ((Outcome.Retry) each).cause())
                                .toList();
    }

    private static Table failsafe(Supplier<CompletableFuture<BatchOutcome>> answers, LogLines log) {
        Table table = new Table() {
            @Override
            public CompletableFuture<BatchOutcome> write(Batch batch) {
                return answers.get();
            }

            @Override
            public Duration maxWriteTime() {
                return Duration.ofSeconds(10);
            }
        };
        return new FailsafeTable(table, "t", new ProblemLog(log.logger(), System::nanoTime, Duration.ofMinutes(1)));
    }
}
