package io.sidetrack.writer.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.mapping.model.Write;
import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.Outcome;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.DoubleAdder;

/**
 * A DynamoDB table in which no write overwrites an item that takes precedence. BatchWriteItem does not support conditions, but
 * an insert has one built in: a batch of 25 PartiQL inserts is a single call, which reports for each key whether it exists.
 * Existing items are kept, or put on the condition that they are older, with one concurrent call for each. Thread-safe.
 */
final class GuardedTable implements Table {
    private static final Outcome WRITTEN = new Outcome.Written();
    /** Skipped at no extra cost: no call was made, or its cost is counted with the batch. */
    private static final Outcome SKIPPED = new Outcome.Stale(0);

    /** A batch of inserts, and then concurrent puts for the keys that exist. */
    private static final int CALLS_IN_A_ROW = 2;

    private final TableCall batchExecuteStatement;
    private final TableCall putItem;
    private final String table;
    private final byte[] tableBytes;
    private final ConditionalPut put;
    private final Optional<InsertFirstPolicy> overwrites;

    /**
     * @param table the table's name or ARN; INSERT does not support an ARN, so that items are put one by one
     * @param put the conditional put for each item that cannot be inserted
     * @param overwrites decides whether to try inserts first; empty if existing items are never overwritten
     */
    GuardedTable(
            TableCall batchExecuteStatement,
            TableCall putItem,
            String table,
            ConditionalPut put,
            Optional<InsertFirstPolicy> overwrites) {
        this.batchExecuteStatement = batchExecuteStatement;
        this.putItem = putItem;
        this.table = table;
        this.tableBytes = table.getBytes(UTF_8);
        this.put = put;
        this.overwrites = overwrites;
    }

    @Override
    public CompletableFuture<BatchOutcome> write(Batch batch) {
        Attempt attempt = new Attempt(batch.writes());
        return attempt.run().thenApply(done -> attempt.outcome());
    }

    @Override
    public Duration maxWriteTime() {
        return batchExecuteStatement.maxCallTime().multipliedBy(CALLS_IN_A_ROW);
    }

    /** The calls for one batch. Each write gets its outcome once, in whatever order the calls end. */
    private final class Attempt {
        private final List<Write> writes;
        /** The outcomes by position in the batch; written by the threads that receive responses, read after all calls. */
        private final Outcome[] outcomes;
        /** The write units that DynamoDB has reported, or is known to charge without reporting. */
        private final DoubleAdder countedUnits = new DoubleAdder();

        Attempt(List<Write> writes) {
            this.writes = writes;
            this.outcomes = new Outcome[writes.size()];
        }

        BatchOutcome outcome() {
            return new BatchOutcome.Each(Arrays.asList(outcomes), countedUnits.sum());
        }

        CompletableFuture<?> run() {
            boolean inserts = !table.startsWith("arn:")
                    && overwrites.map(InsertFirstPolicy::triesInserts).orElse(true);
            List<Integer> positions = new ArrayList<>(writes.size());
            List<InsertStatement> statements = new ArrayList<>(writes.size());
            List<Integer> single = new ArrayList<>();
            for (int position = 0; position < outcomes.length; position++) {
                Write write = writes.get(position);
                if (write.kind() == Write.Kind.DELETE) {
                    // Deletes reach this point only in keep-existing mode; in newest-wins a delete is a put of a
                    // marker.
                    outcomes[position] = SKIPPED;
                    continue;
                }
                Optional<InsertStatement> statement =
                        inserts ? InsertStatement.of(write.json(), table) : Optional.empty();
                if (statement.isPresent()) {
                    positions.add(position);
                    statements.add(statement.get());
                } else {
                    single.add(position);
                }
            }
            if (statements.isEmpty() && single.isEmpty()) {
                // Completes on another thread, as every response does: otherwise each batch of a lane of tombstones
                // would be sent from within the previous one, until the stack overflows.
                return CompletableFuture.runAsync(() -> {});
            }
            CompletableFuture<?> puts = putAll(single);
            return statements.isEmpty()
                    ? puts
                    : insert(positions, statements).thenCompose(this::putAll).thenCombine(puts, (one, other) -> one);
        }

        private CompletableFuture<?> putAll(List<Integer> positions) {
            return CompletableFuture.allOf(positions.stream().map(this::put).toArray(CompletableFuture[]::new));
        }

        private CompletableFuture<Outcome> put(int position) {
            Write write = writes.get(position);
            return putItem.send(
                            () -> put.of(write),
                            response -> new TableCall.Parsed<>(ConsumedCapacity.readResponse(response), "ok"),
                            new TableCall.Handler<Double, Outcome>() {
                                @Override
                                public Outcome succeeded(Double units) {
                                    countedUnits.add(units);
                                    return WRITTEN;
                                }

                                @Override
                                public Outcome failed(Failure failure) {
                                    return failure.ofOne(write);
                                }
                            })
                    .thenApply(outcome -> outcomes[position] = outcome);
        }

        /** @return completes with the positions of the items to put */
        private CompletableFuture<List<Integer>> insert(List<Integer> positions, List<InsertStatement> statements) {
            return batchExecuteStatement.send(
                    () -> body(statements),
                    response -> {
                        InsertResponse read = InsertResponse.read(response, statements.size());
                        return new TableCall.Parsed<>(
                                read, read.isPartlyFailed() ? "partly-failed" : "ok", read.failures());
                    },
                    new TableCall.Handler<>() {
                        @Override
                        public List<Integer> succeeded(InsertResponse response) {
                            return inserted(positions, response);
                        }

                        @Override
                        public List<Integer> failed(Failure failure) {
                            if (failure.again().isEmpty()) {
                                // The response does not name the item, so each is put on its own.
                                return positions;
                            }
                            positions.forEach(position -> outcomes[position] = failure.ofOne(writes.get(position)));
                            return List.of();
                        }
                    });
        }

        private List<Integer> inserted(List<Integer> positions, InsertResponse response) {
            List<Integer> toPut = new ArrayList<>();
            int existed = 0;
            int charged = 0;
            for (int i = 0; i < positions.size(); i++) {
                int position = positions.get(i);
                Optional<StatementError> error = response.error(i);
                if (error.isEmpty()) {
                    charged += writes.get(position).writeUnits();
                    outcomes[position] = WRITTEN;
                } else if (!error.get().keyExists()) {
                    error.get()
                            .retryCause()
                            .ifPresentOrElse(
                                    cause -> outcomes[position] = new Outcome.Retry(cause), () -> toPut.add(position));
                } else {
                    existed++;
                    charged += writes.get(position).writeUnits();
                    if (overwrites.isPresent()) {
                        toPut.add(position);
                    } else {
                        outcomes[position] = SKIPPED;
                    }
                }
            }
            // A failed insert is charged, but DynamoDB does not document whether the reported total includes it.
            countedUnits.add(Math.max(response.writeUnits(), charged));
            int exist = existed;
            overwrites.ifPresent(policy -> policy.inserted(positions.size(), exist));
            return toPut;
        }

        private byte[] body(List<InsertStatement> statements) {
            ByteArrayOutputStream out = new ByteArrayOutputStream(statements.size() * 512);
            out.writeBytes("{\"Statements\":[".getBytes(UTF_8));
            for (int i = 0; i < statements.size(); i++) {
                if (i > 0) {
                    out.write(',');
                }
                statements.get(i).appendTo(out, tableBytes);
            }
            out.writeBytes("],\"ReturnConsumedCapacity\":\"TOTAL\"}".getBytes(UTF_8));
            return out.toByteArray();
        }
    }
}
