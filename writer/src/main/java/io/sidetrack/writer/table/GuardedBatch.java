package io.sidetrack.writer.table;

import io.sidetrack.mapping.item.ItemJson;
import io.sidetrack.mapping.model.Write;
import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.Outcome;
import io.sidetrack.writer.table.GuardStep.Path;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.Predicate;

/**
 * The calls for one batch of a {@link GuardedTable}: a batch of statements, a second one for the writes that the first did not
 * decide, and puts for the rest. Each write gets its outcome once, in whatever order the calls end.
 */
final class GuardedBatch {
    private static final int STATEMENT_CALLS = 2;
    private static final Outcome WRITTEN = new Outcome.Written();
    /** Skipped at no cost, because no call was made. */
    private static final Outcome SKIPPED = new Outcome.Stale(0);

    private final GuardedTable.Calls calls;
    private final List<Write> writes;
    /** The outcomes by position in the batch; written by the threads that receive responses, read after all calls. */
    private final Outcome[] outcomes;
    /** The write units that DynamoDB has reported, or is known to charge without reporting. */
    private final DoubleAdder countedUnits = new DoubleAdder();

    /**
     * A statement of a call.
     *
     * @param position the position of its write in the batch
     * @param seen the existing item that it replaces
     */
    private record Sent(
            int position,
            Path path,
            ItemJson.Spans spans,
            Shape shape,
            Optional<StoredItem> seen,
            ItemStatement statement) {
        boolean returnsOld() {
            return path != Path.INSERT && shape.returnsOld();
        }

        /** Whether the statement sets or removes this attribute, or the attribute is part of the key. */
        boolean covers(String name) {
            return shape.has(name)
                    || seen.filter(item -> item.names().contains(name)).isPresent();
        }
    }

    /**
     * What a call of statements has not decided.
     *
     * @param next the statements of the next call
     * @param single the positions of the items to put
     * @param charges how often the cost of each put is counted: once, and once more for a statement before it
     */
    private record Rest(List<Sent> next, List<Integer> single, int charges) {}

    GuardedBatch(GuardedTable.Calls calls, List<Write> writes) {
        this.calls = calls;
        this.writes = writes;
        this.outcomes = new Outcome[writes.size()];
    }

    /** Sends the batch; called once. */
    CompletableFuture<BatchOutcome> send() {
        return run().thenApply(done -> new BatchOutcome.Each(Arrays.asList(outcomes), countedUnits.sum()));
    }

    private CompletableFuture<Void> run() {
        boolean updates =
                calls.newestWins().map(rules -> rules.policy().triesUpdates()).orElse(false);
        // A put of a single item needs one call, whatever exists, and if it is throttled, DynamoDB gives the reason.
        boolean statements = calls.shapes().arePossible() && writes.size() > 1;
        List<Sent> first = new ArrayList<>(writes.size());
        List<Integer> single = new ArrayList<>(0);
        for (int position = 0; position < outcomes.length; position++) {
            Write write = writes.get(position);
            if (write.kind() == Write.Kind.DELETE) {
                // Deletes reach this point only in keep-existing mode; in newest-wins a delete is a put of a marker.
                outcomes[position] = SKIPPED;
                continue;
            }
            Optional<Sent> sent = statements ? first(position, updates ? Path.UPDATE : Path.INSERT) : Optional.empty();
            sent.ifPresent(first::add);
            if (sent.isEmpty()) {
                single.add(position);
            }
        }
        if (first.isEmpty() && single.isEmpty()) {
            // Completes on another thread, as every response does: otherwise each batch of a lane of tombstones
            // would be sent from within the previous one, until the stack overflows.
            return CompletableFuture.runAsync(() -> {});
        }
        CompletableFuture<Void> puts = putAll(single, 1);
        return first.isEmpty() ? puts : execute(first, 1).thenCombine(puts, (one, other) -> null);
    }

    private Optional<Sent> first(int position, Path path) {
        byte[] item = writes.get(position).json();
        ItemJson.Spans spans = ItemJson.spans(item);
        return sent(position, path, spans, calls.shapes().of(item, spans), Optional.empty());
    }

    private Optional<Sent> sent(int position, Path path, ItemJson.Spans spans, Shape shape, Optional<StoredItem> seen) {
        byte[] item = writes.get(position).json();
        Optional<ItemStatement> statement =
                switch (path) {
                    case INSERT -> shape.insert(item, spans);
                    case UPDATE -> shape.update(item, spans);
                    case REPLACE -> seen.flatMap(existing -> shape.replace(item, spans, existing));
                    case PUT -> Optional.empty();
                };
        return statement.map(some -> new Sent(position, path, spans, shape, seen, some));
    }

    private CompletableFuture<Void> putAll(List<Integer> positions, int charges) {
        return CompletableFuture.allOf(
                positions.stream().map(position -> put(position, charges)).toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Outcome> put(int position, int charges) {
        Write write = writes.get(position);
        return calls.putItem()
                .send(
                        1,
                        () -> calls.put().of(write),
                        response -> new TableCall.Parsed<>(ConsumedCapacity.readResponse(response), "ok"),
                        new TableCall.Handler<Double, Outcome>() {
                            @Override
                            public Outcome succeeded(Double units) {
                                countedUnits.add(units * charges);
                                return WRITTEN;
                            }

                            @Override
                            public Outcome failed(Failure failure) {
                                Outcome outcome = failure.ofOne(write);
                                if (outcome instanceof Outcome.Stale stale) {
                                    return new Outcome.Stale(stale.writeUnits() * charges);
                                }
                                countedUnits.add(write.writeUnits() * (charges - 1.0));
                                return outcome;
                            }
                        })
                .thenApply(outcome -> {
                    calls.events().itemsTried(Path.PUT.code(), PathResult.of(outcome), 1);
                    outcomes[position] = outcome;
                    return outcome;
                });
    }

    /**
     * Sends a batch of statements, and then what follows from its results.
     *
     * @param call the number of this call, from 1
     */
    private CompletableFuture<Void> execute(List<Sent> sent, int call) {
        return calls.batchExecuteStatement()
                .send(
                        sent.size(),
                        () -> StatementBody.of(
                                sent.stream().map(Sent::statement).toList()),
                        response -> parse(response, sent),
                        new TableCall.Handler<StatementResponse, Rest>() {
                            @Override
                            public Rest succeeded(StatementResponse response) {
                                return rest(sent, response, call);
                            }

                            @Override
                            public Rest failed(Failure failure) {
                                return afterFailure(sent, failure);
                            }
                        })
                .thenCompose(rest -> {
                    CompletableFuture<Void> puts = putAll(rest.single, rest.charges);
                    return rest.next.isEmpty()
                            ? puts
                            : execute(rest.next, call + 1).thenCombine(puts, (one, other) -> null);
                });
    }

    private TableCall.Parsed<StatementResponse> parse(byte[] body, List<Sent> sent) throws IOException {
        List<Optional<Predicate<String>>> known = new ArrayList<>(sent.size());
        for (Sent one : sent) {
            known.add(one.returnsOld() ? Optional.of(one::covers) : Optional.empty());
        }
        StatementResponse response =
                StatementResponse.read(body, known, calls.newestWins().map(GuardedTable.NewestWins::attributes));
        return new TableCall.Parsed<>(response, response.outcome(), response.failures());
    }

    /** The call failed as a whole. If its response does not mention the single items, each is put on its own. */
    private Rest afterFailure(List<Sent> sent, Failure failure) {
        if (failure.again().isEmpty()) {
            if (failure instanceof Failure.Refused && sent.stream().anyMatch(Sent::returnsOld)) {
                calls.shapes().returnedValues().refused();
            }
            // Statements whose response was not read were charged as much as the puts are.
            int charges = failure instanceof Failure.TooLarge ? 2 : 1;
            return new Rest(List.of(), sent.stream().map(Sent::position).toList(), charges);
        }
        for (Sent one : sent) {
            outcomes[one.position] = failure.ofOne(writes.get(one.position));
        }
        return new Rest(List.of(), List.of(), 1);
    }

    private void noticeReturnedValues(List<Sent> sent, StatementResponse response) {
        int updates = 0;
        int invalid = 0;
        for (int i = 0; i < sent.size(); i++) {
            if (sent.get(i).returnsOld()) {
                updates++;
                StatementResult result = response.results().get(i);
                if (!(result instanceof StatementResult.Failed failed)) {
                    calls.shapes().returnedValues().accepted();
                    return;
                }
                invalid += failed.error() == StatementError.VALIDATION_ERROR ? 1 : 0;
            }
        }
        if (updates > 0 && invalid == updates) {
            calls.shapes().returnedValues().refused();
        }
    }

    private Rest rest(List<Sent> sent, StatementResponse response, int call) {
        List<Sent> next = new ArrayList<>(0);
        List<Integer> single = new ArrayList<>(0);
        PathResult.Tally tally = new PathResult.Tally();
        int charged = 0;
        for (int i = 0; i < sent.size(); i++) {
            Sent one = sent.get(i);
            Write write = writes.get(one.position);
            StatementResult result = response.results().get(i);
            charged += PathResult.writeUnits(result, write);
            GuardStep step = calls.newestWins().isPresent()
                    ? GuardStep.after(one.path, result, write)
                    : GuardStep.afterInsertOnly(result);
            tally.add(one.path, result, step);
            if (step instanceof GuardStep.Finished finished) {
                outcomes[one.position] = finished.outcome();
                continue;
            }
            Optional<Sent> another = step instanceof GuardStep.Next following && call < STATEMENT_CALLS
                    ? sent(one.position, following.path(), one.spans, one.shape, following.seen())
                    : Optional.empty();
            another.ifPresent(next::add);
            if (another.isEmpty()) {
                single.add(one.position);
            }
        }
        // A failed statement is charged, but DynamoDB does not document whether the reported total includes it.
        countedUnits.add(Math.max(response.writeUnits(), charged));
        noticeReturnedValues(sent, response);
        if (call == 1) {
            calls.newestWins().ifPresent(rules -> rules.policy().met(tally.existed(), tally.missing()));
        }
        tally.report(calls.events());
        if (next.size() == 1) {
            // A put takes one call as well, and always decides.
            single.add(next.get(0).position);
            next.clear();
        }
        return new Rest(next, single, 1);
    }
}
