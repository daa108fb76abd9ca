package io.sidetrack.writer.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.Outcome;
import io.sidetrack.writer.model.Write;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.DoubleAdder;

/**
 * A table of DynamoDB in which nothing is overwritten that takes precedence. BatchWriteItem knows no condition, but an
 * insert is one: a batch of 25 PartiQL inserts is one call, and tells of each key whether it exists. What exists is kept,
 * or is put once more under the condition that it is older, all of a batch at a time. Thread-safe.
 */
final class GuardedTable implements Table {
    private static final Outcome WRITTEN = new Outcome.Written();
    /** Skipped without a cost of its own: no call was made, or the call's cost is counted with its batch. */
    private static final Outcome SKIPPED = new Outcome.Stale(0);

    /** A batch of inserts, and then the puts of those that exist, all at a time. */
    private static final int CALLS_IN_A_ROW = 2;

    private final TableCall batchExecuteStatement;
    private final TableCall putItem;
    private final String table;
    private final byte[] tableBytes;
    private final ConditionalPut put;
    private final Optional<InsertFirstPolicy> overwrites;

    /**
     * @param table its name; an ARN cannot be inserted into
     * @param put decides on each item of what cannot be inserted
     * @param overwrites when to put at once, if what exists may be overwritten at all; empty if it is kept whatever it is
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
    public Duration longestAnswer() {
        return batchExecuteStatement.longest().multipliedBy(CALLS_IN_A_ROW);
    }

    /** One batch on its way; each of its writes gets its outcome once, in whatever order the calls end. */
    private final class Attempt {
        private final List<Write> writes;
        /** By the place in the batch; written by whichever thread has the answer, read when all calls have ended. */
        private final Outcome[] outcomes;
        /** Write units that DynamoDB has reported, or is known to charge without a report. */
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
            List<Integer> places = new ArrayList<>(writes.size());
            List<InsertStatement> statements = new ArrayList<>(writes.size());
            List<Integer> alone = new ArrayList<>();
            for (int place = 0; place < outcomes.length; place++) {
                Write write = writes.get(place);
                if (write.kind() == Write.Kind.DELETE) {
                    // Deletes reach this point only in keep-existing mode; in newest-wins a delete is a put of a
                    // marker.
                    outcomes[place] = SKIPPED;
                    continue;
                }
                Optional<InsertStatement> statement =
                        inserts ? InsertStatement.of(write.json(), table) : Optional.empty();
                if (statement.isPresent()) {
                    places.add(place);
                    statements.add(statement.get());
                } else {
                    alone.add(place);
                }
            }
            if (statements.isEmpty() && alone.isEmpty()) {
                // Completes on another thread, as every answer does: otherwise each batch of a lane of tombstones
                // would be sent from within the batch before it, until the stack is used up.
                return CompletableFuture.runAsync(() -> {});
            }
            CompletableFuture<?> puts = putAll(alone);
            return statements.isEmpty()
                    ? puts
                    : insert(places, statements).thenCompose(this::putAll).thenCombine(puts, (one, other) -> one);
        }

        private CompletableFuture<?> putAll(List<Integer> places) {
            return CompletableFuture.allOf(places.stream().map(this::put).toArray(CompletableFuture[]::new));
        }

        private CompletableFuture<Outcome> put(int place) {
            Write write = writes.get(place);
            return putItem.send(
                            () -> put.of(write),
                            answer -> new TableCall.Read<>(Capacity.readAnswer(answer), "ok"),
                            new TableCall.Cases<Double, Outcome>() {
                                @Override
                                public Outcome said(Double units) {
                                    countedUnits.add(units);
                                    return WRITTEN;
                                }

                                @Override
                                public Outcome failed(Failure failure) {
                                    return failure.ofOne(write);
                                }
                            })
                    .thenApply(outcome -> outcomes[place] = outcome);
        }

        /** @return completes with those that are to be put */
        private CompletableFuture<List<Integer>> insert(List<Integer> places, List<InsertStatement> statements) {
            return batchExecuteStatement.send(
                    () -> body(statements),
                    answer -> {
                        InsertResponse read = InsertResponse.read(answer, statements.size());
                        return new TableCall.Read<>(
                                read, read.isPartlyFailed() ? "partly-failed" : "ok", read.failures());
                    },
                    new TableCall.Cases<>() {
                        @Override
                        public List<Integer> said(InsertResponse what) {
                            return inserted(places, what);
                        }

                        @Override
                        public List<Integer> failed(Failure failure) {
                            if (failure.again().isEmpty()) {
                                // It is not said for which; a put of each by itself tells.
                                return places;
                            }
                            places.forEach(place -> outcomes[place] = failure.ofOne(writes.get(place)));
                            return List.of();
                        }
                    });
        }

        private List<Integer> inserted(List<Integer> places, InsertResponse answer) {
            List<Integer> toPut = new ArrayList<>();
            int existed = 0;
            int charged = 0;
            for (int i = 0; i < places.size(); i++) {
                int place = places.get(i);
                Optional<StatementError> error = answer.error(i);
                if (error.isEmpty()) {
                    charged += writes.get(place).writeUnits();
                    outcomes[place] = WRITTEN;
                } else if (!error.get().keyExists()) {
                    error.get()
                            .retryCause()
                            .ifPresentOrElse(
                                    cause -> outcomes[place] = new Outcome.Retry(cause), () -> toPut.add(place));
                } else {
                    existed++;
                    charged += writes.get(place).writeUnits();
                    if (overwrites.isPresent()) {
                        toPut.add(place);
                    } else {
                        outcomes[place] = SKIPPED;
                    }
                }
            }
            // A failed insert is charged, but it is not documented whether the reported total includes it.
            countedUnits.add(Math.max(answer.writeUnits(), charged));
            int exist = existed;
            overwrites.ifPresent(chooser -> chooser.inserted(places.size(), exist));
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
