package io.sidetrack.writer.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sidetrack.common.json.RecordJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The response to a batch of statements.
 *
 * @param results the result of each statement
 * @param failures the error codes of the statements that failed
 * @param writeUnits the consumed write units
 */
record StatementResponse(List<StatementResult> results, List<String> failures, double writeUnits) {
    private static final JsonFactory JSON = RecordJson.factory().build();
    private static final StatementResult APPLIED = new StatementResult.Applied(false);
    private static final StatementResult LEAVES_OTHERS = new StatementResult.Applied(true);
    private static final StatementResult KEY_EXISTS = new StatementResult.KeyExists();

    /** The outcome of the call in the metrics. A failed condition or an existing key is a result, not a failure. */
    String outcome() {
        return failures.stream().allMatch(code -> StatementError.of(code).isExpected()) ? "ok" : "partly-failed";
    }

    /**
     * Parses a response.
     *
     * @param known for each statement that returns the item as it was, whether it has set or removed an attribute; empty for
     *     another statement
     * @param guard the attributes by which existing items are compared; empty if the statements return no items
     * @throws IOException if the body is not a response to these statements
     */
    static StatementResponse read(byte[] body, List<Optional<Predicate<String>>> known, Optional<GuardAttributes> guard)
            throws IOException {
        Reader reader = new Reader(known, guard);
        double writeUnits = 0;
        try (JsonParser in = JSON.createParser(body)) {
            ConsumedCapacity.require(in.nextToken(), JsonToken.START_OBJECT);
            for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
                in.nextToken();
                switch (field) {
                    case "Responses" -> reader.readAll(in);
                    case "ConsumedCapacity" -> writeUnits += ConsumedCapacity.read(in);
                    default -> in.skipChildren();
                }
            }
            ConsumedCapacity.require(in.currentToken(), JsonToken.END_OBJECT);
        }
        if (reader.results.size() != known.size()) {
            throw new IOException(reader.results.size() + " responses to " + known.size() + " statements");
        }
        return new StatementResponse(reader.results, reader.failures, writeUnits);
    }

    private static final class Reader {
        private final List<Optional<Predicate<String>>> known;
        private final Optional<GuardAttributes> guard;
        private final List<StatementResult> results;
        private final List<String> failures = new ArrayList<>(0);

        Reader(List<Optional<Predicate<String>>> known, Optional<GuardAttributes> guard) {
            this.known = known;
            this.guard = guard;
            this.results = new ArrayList<>(known.size());
        }

        void readAll(JsonParser in) throws IOException {
            ConsumedCapacity.require(in.currentToken(), JsonToken.START_ARRAY);
            while (in.nextToken() == JsonToken.START_OBJECT) {
                if (results.size() == known.size()) {
                    throw new IOException("more responses than statements");
                }
                results.add(readOne(in, known.get(results.size())));
            }
        }

        private StatementResult readOne(JsonParser in, Optional<Predicate<String>> known) throws IOException {
            StatementResult error = null;
            // If the item that was requested is absent, nothing is known about other attributes.
            boolean leavesOthers = known.isPresent();
            for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
                in.nextToken();
                switch (field) {
                    case "Error" -> error = readError(in);
                    case "Item" -> leavesOthers = hasOthers(in, known.orElse(any -> true));
                    default -> in.skipChildren();
                }
            }
            return error != null ? error : leavesOthers ? LEAVES_OTHERS : APPLIED;
        }

        /** Whether the item, as it was before the statement, has an attribute that is not known. */
        private static boolean hasOthers(JsonParser in, Predicate<String> known) throws IOException {
            boolean others = false;
            ConsumedCapacity.require(in.currentToken(), JsonToken.START_OBJECT);
            for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                others |= !known.test(name);
                in.nextToken();
                in.skipChildren();
            }
            return others;
        }

        private StatementResult readError(JsonParser in) throws IOException {
            // An error without a code is still an error.
            String code = "unknown";
            Optional<StoredItem> existing = Optional.empty();
            ConsumedCapacity.require(in.currentToken(), JsonToken.START_OBJECT);
            for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
                in.nextToken();
                if (field.equals("Code")) {
                    code = in.getText();
                } else if (field.equals("Item") && guard.isPresent()) {
                    existing = Optional.of(StoredItem.read(in, guard.get()));
                } else {
                    in.skipChildren();
                }
            }
            failures.add(code);
            return switch (StatementError.of(code)) {
                case DUPLICATE_ITEM -> KEY_EXISTS;
                case CONDITIONAL_CHECK_FAILED -> new StatementResult.ConditionFailed(existing);
                default -> new StatementResult.Failed(StatementError.of(code));
            };
        }
    }
}
