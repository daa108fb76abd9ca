package io.sidetrack.writer.table;

import static io.sidetrack.writer.table.ScriptedTable.error;
import static io.sidetrack.writer.table.ScriptedTable.outcome;
import static io.sidetrack.writer.table.ScriptedTable.statements;
import static io.sidetrack.writer.table.ScriptedTable.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.Batches;
import io.sidetrack.writer.buffer.Outcome;
import io.sidetrack.writer.buffer.RetryCause;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementErrorCodeEnum;

/** The outcomes, costs, metrics and log lines that the guard derives from DynamoDB's responses. */
class GuardedTableTest {
    private static final Outcome WRITTEN = new Outcome.Written();

    @Test
    void costIncludesWhatDynamoDbChargesWithoutReporting() {
        // Items of 1, 2, 3 and 4 units: the first is new, the second is stale, the third is stale and smaller than the
        // existing item, and the last is newer.
        ScriptedTable scripted = new ScriptedTable("t", (operation, body) -> {
            if (operation == Operation.BATCH_EXECUTE_STATEMENT) {
                return statements(1, "", "DuplicateItem", "DuplicateItem", "DuplicateItem");
            }
            assertThat(body).contains("\"ReturnValuesOnConditionCheckFailure\":\"ALL_OLD\"");
            if (body.contains("\"k3\"")) {
                return written(5.5);
            }
            return error(
                    "ConditionalCheckFailedException",
                    body.contains("\"k1\"")
                            ? ""
                            : "\"Item\":{\"id\":{\"S\":\"k2\"},\"x\":{\"S\":\"" + "x".repeat(8000) + "\"}},");
        });
        Table table = scripted.calls().newestWinning("v");
        assertThat(outcome(table, Batches.puts(500, 1500, 2500, 3500)))
                .isEqualTo(new BatchOutcome.Each(
                        List.of(WRITTEN, new Outcome.Stale(2), new Outcome.Stale(8), WRITTEN), 1 + 2 + 3 + 4 + 5.5));
        assertThat(scripted.log.all()).isEmpty();
        assertThat(scripted.outcomes).containsExactlyInAnyOrder("ok", "condition-failed", "condition-failed", "ok");
        assertThat(scripted.statementErrors).isEqualTo(Map.of("DuplicateItem", 3));
    }

    @Test
    void reportedCostCountsIfItIsHigherThanTheEstimate() {
        ScriptedTable scripted = new ScriptedTable("t", (operation, body) -> statements(12.5, "", "DuplicateItem"));
        assertThat(outcome(scripted.calls().keepingExisting(), Batches.puts(500, 1500)))
                .isEqualTo(new BatchOutcome.Each(List.of(WRITTEN, new Outcome.Stale(0)), 12.5));
    }

    @Test
    void singlePutOfAKeptItemIsChargedByTheSizeOfTheExistingItem() {
        ScriptedTable scripted = new ScriptedTable(
                "arn:aws:dynamodb:eu-central-1:1:table/t",
                (operation, body) -> error(
                        "ConditionalCheckFailedException", "\"Item\":{\"id\":{\"S\":\"" + "x".repeat(2000) + "\"}},"));
        assertThat(outcome(scripted.calls().keepingExisting(), Batches.puts(500)))
                .isEqualTo(new BatchOutcome.Each(List.of(new Outcome.Stale(2)), 0));
    }

    @Test
    void skippedTombstoneCostsNothing() {
        ScriptedTable scripted = new ScriptedTable("t", (operation, body) -> {
            throw new AssertionError("a call");
        });
        assertThat(outcome(scripted.calls().keepingExisting(), Batches.deletes("a", "b")))
                .isEqualTo(new BatchOutcome.Each(List.of(new Outcome.Stale(0), new Outcome.Stale(0)), 0));
    }

    @ParameterizedTest
    @EnumSource(
            value = BatchStatementErrorCodeEnum.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"UNKNOWN_TO_SDK_VERSION", "DUPLICATE_ITEM"})
    void everyStatementErrorHasAnOutcomeAMetricAndOneLogLine(BatchStatementErrorCodeEnum code) {
        ScriptedTable scripted = new ScriptedTable(
                "t",
                (operation, body) -> operation == Operation.BATCH_EXECUTE_STATEMENT
                        ? statements(1, "", code.toString(), code.toString())
                        : written(1));
        Table table = scripted.calls().newestWinning("v");
        Outcome expected = StatementError.of(code.toString())
                .retryCause()
                .<Outcome>map(Outcome.Retry::new)
                .orElse(WRITTEN);
        for (int i = 0; i < 3; i++) {
            BatchOutcome.Each each = (BatchOutcome.Each) outcome(table, Batches.puts(1, 1, 1));
            assertThat(each.outcomes()).containsExactly(WRITTEN, expected, expected);
        }
        assertThat(scripted.outcomes.stream().filter("partly-failed"::equals)).hasSize(3);
        assertThat(scripted.statementErrors).isEqualTo(Map.of(code.toString(), 6));
        // A call with a failed statement succeeds, but must not end the problem that it reports.
        assertThat(scripted.log.all()).hasSize(1);
        assertThat(scripted.log.all().get(0))
                .startsWith("table t, BatchExecuteStatement: a statement has failed with " + code);
        if (code == BatchStatementErrorCodeEnum.ACCESS_DENIED) {
            assertThat(scripted.log.all().get(0)).endsWith("Allow dynamodb:PartiQLInsert on the table.");
        }
    }

    @Test
    void statementProblemEndsAfterAWhileWithoutFailures() {
        boolean[] denied = {true};
        ScriptedTable scripted =
                new ScriptedTable("t", (operation, body) -> statements(1, denied[0] ? "AccessDenied" : ""));
        Table table = scripted.calls().keepingExisting();
        outcome(table, Batches.puts(1));
        scripted.problemNanos.addAndGet(ScriptedTable.QUIET.toNanos() / 2);
        denied[0] = false;
        outcome(table, Batches.puts(1));
        assertThat(scripted.log.all()).hasSize(1);
        scripted.problemNanos.addAndGet(ScriptedTable.QUIET.toNanos());
        outcome(table, Batches.puts(1));
        assertThat(scripted.log.all()).hasSize(2);
        assertThat(scripted.log.all().get(1)).contains("statements fail with AccessDenied");
    }

    @Test
    void unknownStatementErrorIsRetriedAndLogged() {
        ScriptedTable scripted = new ScriptedTable("t", (operation, body) -> statements(0, "SomethingNew"));
        assertThat(outcome(scripted.calls().newestWinning("v"), Batches.puts(1)))
                .isEqualTo(new BatchOutcome.Each(List.of(new Outcome.Retry(RetryCause.OPERATOR)), 0));
        assertThat(scripted.statementErrors).isEqualTo(Map.of("(other)", 1));
        assertThat(scripted.log.all().get(0)).contains("SomethingNew");
    }

    @Test
    void conflictOfAPutConcernsOnlyItsItem() {
        ScriptedTable scripted = new ScriptedTable(
                "t",
                (operation, body) -> operation == Operation.BATCH_EXECUTE_STATEMENT
                        ? statements(2, "DuplicateItem", "DuplicateItem")
                        : body.contains("\"k0\"") ? error("TransactionConflictException", "") : written(1));
        assertThat(outcome(scripted.calls().newestWinning("v"), Batches.puts(1, 1)))
                .isEqualTo(new BatchOutcome.Each(List.of(new Outcome.Retry(RetryCause.CONFLICT), WRITTEN), 3));
    }

    @Test
    void itemsArePutAtOnceWhileMostOfTheirKeysExist() {
        List<Operation> operations = new ArrayList<>();
        ScriptedTable scripted = new ScriptedTable("t", (operation, body) -> {
            operations.add(operation);
            return operation == Operation.BATCH_EXECUTE_STATEMENT ? statements(1, "DuplicateItem") : written(1);
        });
        Table table = scripted.calls().newestWinning("v");
        for (int i = 0; i < 6; i++) {
            operations.clear();
            outcome(table, Batches.puts(1));
            assertThat(operations).containsExactly(Operation.BATCH_EXECUTE_STATEMENT, Operation.PUT_ITEM);
        }
        operations.clear();
        outcome(table, Batches.puts(1));
        assertThat(operations).containsExactly(Operation.PUT_ITEM);
    }

    @Test
    void refusedBatchIsPutItemByItem() {
        ScriptedTable scripted = new ScriptedTable(
                "t",
                (operation, body) -> operation == Operation.BATCH_EXECUTE_STATEMENT || body.contains("\"k1\"")
                        ? error("ValidationException", "")
                        : written(1));
        BatchOutcome.Each each = (BatchOutcome.Each) outcome(scripted.calls().newestWinning("v"), Batches.puts(1, 1));
        assertThat(each.outcomes().get(0)).isEqualTo(WRITTEN);
        assertThat(each.outcomes().get(1)).isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void failedBatchIsRetriedAsAWhole() {
        ScriptedTable scripted = new ScriptedTable("t", (operation, body) -> error("ThrottlingException", ""));
        BatchOutcome.Each each = (BatchOutcome.Each) outcome(scripted.calls().keepingExisting(), Batches.puts(1, 1));
        assertThat(each.outcomes()).containsOnly(new Outcome.Retry(RetryCause.THROTTLED));
        assertThat(scripted.outcomes).containsExactly("throttled");
    }

    @Test
    void expiredCredentialsAreReported() {
        ScriptedTable scripted = new ScriptedTable("t", (operation, body) -> error("ExpiredTokenException", ""));
        Batch batch = Batches.puts(1);
        assertThat(outcome(scripted.calls().overwriting(), batch))
                .isEqualTo(new BatchOutcome.RetryAll(RetryCause.OPERATOR));
        assertThat(scripted.rejected).containsExactly(ScriptedTable.SIGNER);
        assertThat(scripted.log.all().get(0)).endsWith("Renew the AWS credentials at their source.");
    }
}
