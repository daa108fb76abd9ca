package io.sidetrack.writer.table;

import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.Outcome;
import io.sidetrack.writer.buffer.RetryCause;
import io.sidetrack.writer.item.ItemKey;
import io.sidetrack.writer.item.KeyAttribute;
import io.sidetrack.writer.item.TableSchema;
import io.sidetrack.writer.item.Write;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Finds the writes of a batch that DynamoDB did not process: it gives them back as items, not as positions. */
final class Unprocessed {
    private static final Outcome WRITTEN = new Outcome.Written();
    private static final Outcome AGAIN = new Outcome.Retry(RetryCause.UNPROCESSED);

    private final TableSchema schema;

    Unprocessed(TableSchema schema) {
        this.schema = schema;
    }

    /**
     * The outcome of a batch, from an answer with HTTP 200.
     *
     * @param leftOver the answer's {@code UnprocessedItems} of the table
     */
    BatchOutcome outcome(Batch batch, List<WriteRequest> leftOver) {
        Set<ItemKey> keys = new HashSet<>();
        for (WriteRequest request : leftOver) {
            keys.add(key(request));
        }
        List<Outcome> outcomes = new ArrayList<>(batch.writes().size());
        int found = 0;
        for (Write write : batch.writes()) {
            boolean again = keys.contains(write.key());
            found += again ? 1 : 0;
            outcomes.add(again ? AGAIN : WRITTEN);
        }
        // If one cannot be found, which of the writes is meant is not known, and none may be taken for written.
        return found == leftOver.size()
                ? new BatchOutcome.Each(outcomes)
                : new BatchOutcome.RetryAll(RetryCause.UNPROCESSED);
    }

    private ItemKey key(WriteRequest request) {
        Map<String, AttributeValue> attributes = request.putRequest() != null
                ? request.putRequest().item()
                : request.deleteRequest().key();
        return new ItemKey(
                canonical(attributes, schema.partitionKey()),
                schema.sortKey().map(sort -> canonical(attributes, sort)).orElse(""));
    }

    private static String canonical(Map<String, AttributeValue> attributes, KeyAttribute attribute) {
        AttributeValue value = attributes.get(attribute.name());
        return switch (attribute.type()) {
            case S -> value.s();
            case N -> canonical(new BigDecimal(value.n()));
            case B -> Base64.getEncoder().encodeToString(value.b().asByteArray());
        };
    }

    private static String canonical(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toString();
    }
}
