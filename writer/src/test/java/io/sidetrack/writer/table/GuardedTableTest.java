package io.sidetrack.writer.table;

import static io.sidetrack.writer.table.ScriptedTable.error;
import static io.sidetrack.writer.table.ScriptedTable.outcome;
import static io.sidetrack.writer.table.ScriptedTable.response;
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
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
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
            names = {"UNKNOWN_TO_SDK_VERSION", "DUPLICATE_ITEM", "CONDITIONAL_CHECK_FAILED"})
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
            assertThat(scripted.log.all().get(0))
                    .endsWith("Allow dynamodb:PartiQLInsert and (in newest-wins) dynamodb:PartiQLUpdate on the table.");
        }
    }

    @Test
    void statementProblemEndsAfterAWhileWithoutFailures() {
        boolean[] denied = {true};
        ScriptedTable scripted =
                new ScriptedTable("t", (operation, body) -> statements(1, "", denied[0] ? "AccessDenied" : ""));
        Table table = scripted.calls().keepingExisting();
        outcome(table, Batches.puts(1, 1));
        scripted.problemNanos.addAndGet(ScriptedTable.QUIET.toNanos() / 2);
        denied[0] = false;
        outcome(table, Batches.puts(1, 1));
        assertThat(scripted.log.all()).hasSize(1);
        scripted.problemNanos.addAndGet(ScriptedTable.QUIET.toNanos());
        outcome(table, Batches.puts(1, 1));
        assertThat(scripted.log.all()).hasSize(2);
        assertThat(scripted.log.all().get(1)).contains("statements fail with AccessDenied");
    }

    @Test
    void unknownStatementErrorIsRetriedAndLogged() {
        ScriptedTable scripted = new ScriptedTable("t", (operation, body) -> statements(0, "", "SomethingNew"));
        assertThat(outcome(scripted.calls().keepingExisting(), Batches.puts(1, 1)))
                .isEqualTo(new BatchOutcome.Each(List.of(WRITTEN, new Outcome.Retry(RetryCause.OPERATOR)), 1));
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

    /** The response to an UPDATE whose condition failed; an empty item if the key does not exist. */
    private static String kept(String item) {
        return "{\"Error\":{\"Code\":\"ConditionalCheckFailed\",\"Message\":\"m\""
                + (item.isEmpty() ? "" : ",\"Item\":" + item) + "},\"TableName\":\"t\"}";
    }

    private static String item(String version, String tie, String more) {
        return "{\"id\":{\"S\":\"k\"},\"v\":{\"N\":\"" + version + "\"},\"v_tie\":{\"N\":\"" + tie + "\"}" + more + "}";
    }

    private static CompletableFuture<SignedResponse> responses(double units, String... responses) {
        return response(
                200,
                "{\"Responses\":[" + String.join(",", responses) + "],\"ConsumedCapacity\":[{\"CapacityUnits\":" + units
                        + "}]}");
    }

    /** A table whose writer has learned that its keys exist. Responds to the second and later calls by a script. */
    private static final class Existing {
        static final String APPLIED = "{\"TableName\":\"t\",\"Item\":" + item("1", "1", "") + "}";
        final List<String> bodies = new ArrayList<>();
        final List<CompletableFuture<SignedResponse>> script = new ArrayList<>();
        final ScriptedTable scripted = new ScriptedTable("t", (operation, body) -> {
            bodies.add(body);
            return script.isEmpty() ? exists(body) : script.remove(0);
        });
        final Table table = scripted.calls().newestWinning("v");

        Existing() {
            for (int i = 0; i < FirstStatementPolicy.MAX_BATCHES_TO_ADAPT; i++) {
                outcome(table, Batches.versioned(2));
            }
            bodies.clear();
            scripted.tried.clear();
            scripted.sent.clear();
        }

        private static CompletableFuture<SignedResponse> exists(String body) {
            return body.contains("INSERT")
                    ? statements(2, "DuplicateItem", "DuplicateItem")
                    : responses(2, APPLIED, APPLIED);
        }

        BatchOutcome.Each write(int items) {
            return (BatchOutcome.Each) outcome(table, Batches.versioned(items));
        }
    }

    @Test
    void existingKeysNeedOneCall() {
        Existing existing = new Existing();
        assertThat(existing.write(2)).isEqualTo(new BatchOutcome.Each(List.of(WRITTEN, WRITTEN), 2));
        assertThat(existing.bodies).hasSize(1);
        assertThat(existing.bodies.get(0)).contains("UPDATE").doesNotContain("INSERT");
        assertThat(existing.scripted.tried).isEqualTo(Map.of("update written", 2));
        assertThat(existing.scripted.sent).isEqualTo(Map.of("BatchExecuteStatement", 2));
    }

    @Test
    void returnedItemDecidesWhatFollowsAndWhatItCosts() {
        Existing existing = new Existing();
        String large = ",\"x\":{\"S\":\"" + "x".repeat(3000) + "\"}";
        existing.script.add(responses(
                1,
                Existing.APPLIED,
                kept(item("6", "1", large)),
                kept(item("5", "8", "")),
                kept(""),
                kept(item("5", "7", ",\"v_shape\":{\"S\":\"other\"},\"old\":{\"BOOL\":true}")),
                kept("{\"id\":{\"S\":\"k\"},\"v\":{\"S\":\"9\"}}")));
        // Puts are sent before the second call of statements.
        existing.script.add(written(1));
        existing.script.add(
                responses(2, "{\"TableName\":\"t\"}", Existing.APPLIED.replace("}}}", "},\"old\":{\"N\":\"1\"}}}")));
        Outcome stale = new Outcome.Stale(0);
        assertThat(existing.write(6))
                .isEqualTo(new BatchOutcome.Each(
                        List.of(WRITTEN, stale, stale, WRITTEN, WRITTEN, WRITTEN), (1 + 3 + 1 + 1 + 1 + 1) + 2 + 1));
        assertThat(existing.bodies).hasSize(3);
        assertThat(existing.bodies.get(1)).contains("\"k5\"", "ConditionExpression");
        assertThat(existing.scripted.tried)
                .isEqualTo(Map.of(
                        "update written", 1,
                        "update stale", 2,
                        "update missing", 1,
                        "update other-shape", 2,
                        "insert written", 1,
                        "replace written", 1,
                        "put written", 1));
        assertThat(existing.scripted.statementErrors).containsEntry("ConditionalCheckFailed", 5);
        assertThat(existing.scripted.log.all()).isEmpty();
    }

    @Test
    void attributesOfAnotherProgramAreNoticedAndRemovedByAPut() {
        Existing existing = new Existing();
        existing.script.add(responses(
                2,
                Existing.APPLIED,
                "{\"TableName\":\"t\",\"Item\":" + item("1", "1", ",\"foreign\":{\"N\":\"1\"}") + "}"));
        existing.script.add(written(1));
        assertThat(existing.write(2)).isEqualTo(new BatchOutcome.Each(List.of(WRITTEN, WRITTEN), 3));
        assertThat(existing.scripted.tried)
                .isEqualTo(Map.of("update written", 1, "update foreign-attributes", 1, "put written", 1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void updatesDoWithoutReturnedValuesIfDynamoDbDoesNotAcceptThem(boolean refusesWholeCalls) {
        List<String> bodies = new ArrayList<>();
        ScriptedTable scripted = new ScriptedTable("t", (operation, body) -> {
            bodies.add(body);
            if (operation == Operation.PUT_ITEM) {
                return written(1);
            }
            if (!body.contains("RETURNING")) {
                return Existing.exists(body);
            }
            return refusesWholeCalls
                    ? error("ValidationException", "")
                    : statements(0, "ValidationError", "ValidationError");
        });
        Table table = scripted.calls().newestWinning("v");
        for (int i = 0; i < FirstStatementPolicy.MAX_BATCHES_TO_ADAPT + ReturnedValues.MOST_REFUSED; i++) {
            assertThat(((BatchOutcome.Each) outcome(table, Batches.versioned(2))).outcomes())
                    .containsOnly(WRITTEN);
        }
        bodies.clear();
        outcome(table, Batches.versioned(2));
        assertThat(bodies).singleElement().asString().contains("UPDATE").doesNotContain("RETURNING");
    }

    @Test
    void invalidItemsDoNotEndTheReturnOfValues() {
        Existing existing = new Existing();
        for (int i = 0; i < 2 * ReturnedValues.MOST_REFUSED; i++) {
            existing.script.add(statements(0, "ValidationError", "ValidationError"));
            existing.script.add(written(1));
            existing.script.add(written(1));
            existing.write(2);
        }
        existing.bodies.clear();
        existing.write(2);
        assertThat(existing.bodies).singleElement().asString().contains("RETURNING ALL OLD");
    }

    /** An endpoint that ignores the RETURNING clause must not make attributes of another program survive. */
    @Test
    void itemIsPutIfAnUpdateDoesNotReturnWhatItHasReplaced() {
        Existing existing = new Existing();
        existing.script.add(responses(2, Existing.APPLIED, "{\"TableName\":\"t\"}"));
        existing.script.add(written(1));
        assertThat(existing.write(2)).isEqualTo(new BatchOutcome.Each(List.of(WRITTEN, WRITTEN), 3));
        assertThat(existing.scripted.tried)
                .isEqualTo(Map.of("update written", 1, "update foreign-attributes", 1, "put written", 1));
    }

    @Test
    void replacementOfAnItemThatHasChangedIsPut() {
        Existing existing = new Existing();
        String older = kept(item("4", "1", ""));
        existing.script.add(responses(0, older, older));
        existing.script.add(responses(0, older, kept(item("9", "1", ""))));
        existing.script.add(written(1));
        assertThat(existing.write(2).outcomes()).containsExactly(WRITTEN, new Outcome.Stale(0));
        assertThat(existing.scripted.tried)
                .isEqualTo(Map.of(
                        "update other-shape", 2, "replace other-shape", 1, "replace stale", 1, "put written", 1));
    }

    /** A put needs one call, whatever exists, and DynamoDB says why it throttles one, which it does not for a statement. */
    @Test
    void singleWriteIsPutSoThatTheReasonForThrottlingIsKnown() {
        List<Operation> operations = new ArrayList<>();
        ScriptedTable scripted = new ScriptedTable("t", (operation, body) -> {
            operations.add(operation);
            return error(
                    "ProvisionedThroughputExceededException",
                    "\"ThrottlingReasons\":[{\"reason\":\"IndexWriteProvisionedThroughputExceeded\","
                            + "\"resource\":\"arn:aws:dynamodb:eu-central-1:1:table/t/index/by-city\"}],");
        });
        Outcome throttled = new Outcome.Retry(RetryCause.THROTTLED_INDEX);
        for (Table table :
                List.of(scripted.calls().newestWinning("v"), scripted.calls().keepingExisting())) {
            assertThat(((BatchOutcome.Each) outcome(table, Batches.versioned(1))).outcomes())
                    .containsExactly(throttled);
        }
        assertThat(operations).containsExactly(Operation.PUT_ITEM, Operation.PUT_ITEM);
        assertThat(scripted.throttlings).extracting(ThrottlingReason::resource).containsExactly("by-city", "by-city");
    }

    @Test
    void itemsWhoseResponseIsTooLargeArePutAndTheirStatementsCharged() {
        ScriptedTable scripted = new ScriptedTable(
                "t",
                (operation, body) -> operation == Operation.BATCH_EXECUTE_STATEMENT
                        ? CompletableFuture.failedFuture(new ResponseTooLargeException(1))
                        : body.contains("\"k0\"")
                                ? written(300)
                                : error("ConditionalCheckFailedException", "\"Item\":" + item("9", "1", "") + ","));
        assertThat(outcome(scripted.calls().newestWinning("v"), Batches.versioned(2)))
                .isEqualTo(new BatchOutcome.Each(List.of(WRITTEN, new Outcome.Stale(2)), 600));
        assertThat(scripted.outcomes).contains("too-large");
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
