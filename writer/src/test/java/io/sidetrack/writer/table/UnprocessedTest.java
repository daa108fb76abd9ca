package io.sidetrack.writer.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.Batches;
import io.sidetrack.writer.buffer.Outcome;
import io.sidetrack.writer.buffer.RetryCause;
import io.sidetrack.writer.item.ItemKey;
import io.sidetrack.writer.item.KeyAttribute;
import io.sidetrack.writer.item.KeyType;
import io.sidetrack.writer.item.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Which writes an answer's {@code UnprocessedItems} mean. */
class UnprocessedTest {
    private static final Outcome WRITTEN = new Outcome.Written();
    private static final Outcome AGAIN = new Outcome.Retry(RetryCause.UNPROCESSED);
    private static final Unprocessed UNPROCESSED = new Unprocessed(new TableSchema(
            "t", new KeyAttribute("id", KeyType.S, 2048), Optional.of(new KeyAttribute("at", KeyType.N, 1024))));

    @Test
    void leftOverItemsAreFoundByTheirKeyHoweverItsNumberIsSpelt() {
        Batch batch = Batches.of(new ItemKey("a", "1"), new ItemKey("a", "1E+2"), new ItemKey("b", "0"));
        assertThat(UNPROCESSED.outcome(batch, List.of(put("a", "100.0"), delete("b", "0.00"))))
                .isEqualTo(new BatchOutcome.Each(List.of(WRITTEN, AGAIN, AGAIN)));
        assertThat(UNPROCESSED.outcome(batch, List.of()))
                .isEqualTo(new BatchOutcome.Each(List.of(WRITTEN, WRITTEN, WRITTEN)));
    }

    @Test
    void ifOneCannotBeFoundNoneIsTakenForWritten() {
        Batch batch = Batches.of(new ItemKey("a", "1"));
        assertThat(UNPROCESSED.outcome(batch, List.of(put("a", "2"))))
                .isEqualTo(new BatchOutcome.RetryAll(RetryCause.UNPROCESSED));
    }

    private static Map<String, AttributeValue> key(String id, String at) {
        return Map.of("id", AttributeValue.fromS(id), "at", AttributeValue.fromN(at));
    }

    private static WriteRequest put(String id, String at) {
        return WriteRequest.builder().putRequest(put -> put.item(key(id, at))).build();
    }

    private static WriteRequest delete(String id, String at) {
        return WriteRequest.builder()
                .deleteRequest(delete -> delete.key(key(id, at)))
                .build();
    }
}
