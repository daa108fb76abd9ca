package io.sidetrack.writer.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.KeyType;
import io.sidetrack.mapping.model.TableSchema;
import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.Batches;
import io.sidetrack.writer.buffer.Outcome;
import io.sidetrack.writer.buffer.RetryCause;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code UnprocessedItems} are matched to the writes of the batch. */
class UnprocessedItemsTest {
    private static final Outcome WRITTEN = new Outcome.Written();
    private static final Outcome AGAIN = new Outcome.Retry(RetryCause.UNPROCESSED);
    private static final TableSchema SCHEMA = new TableSchema(
            "t", new KeyAttribute("id", KeyType.S, 2048), Optional.of(new KeyAttribute("at", KeyType.N, 1024)));

    @Test
    void unprocessedItemsAreFoundByTheirKeyInEverySpellingOfANumber() throws IOException {
        Batch batch = Batches.of(new ItemKey("a", "1"), new ItemKey("a", "1E+2"), new ItemKey("b", "0"));
        String put =
                "{\"PutRequest\":{\"Item\":{\"n\":{\"L\":[{\"S\":\"x\"}]},\"id\":{\"S\":\"a\"},\"at\":{\"N\":\"100.0\"}}}}";
        String delete = "{\"DeleteRequest\":{\"Key\":{\"at\":{\"N\":\"0.00\"},\"id\":{\"S\":\"b\"}}}}";
        BatchWriteResponse some = read("{\"UnprocessedItems\":{\"t\":[" + put + "," + delete + "]}}");
        assertThat(UnprocessedItems.outcome(batch, some.leftOver(), 2))
                .isEqualTo(new BatchOutcome.Each(List.of(WRITTEN, AGAIN, AGAIN), 2));
        BatchWriteResponse none = read("{\"UnprocessedItems\":{}}");
        assertThat(UnprocessedItems.outcome(batch, none.leftOver(), 2))
                .isEqualTo(new BatchOutcome.Each(List.of(WRITTEN, WRITTEN, WRITTEN), 2));
    }

    @Test
    void writeUnitsOfAllTablesAndIndexesAreAdded() throws IOException {
        BatchWriteResponse answer = read(
                "{\"ConsumedCapacity\":[{\"TableName\":\"t\",\"CapacityUnits\":7.5},{\"CapacityUnits\":2,"
                        + "\"Table\":{\"CapacityUnits\":1}}],\"UnprocessedItems\":{},\"ItemCollectionMetrics\":{\"t\":[]}}");
        assertThat(answer.writeUnits()).isEqualTo(9.5);
        assertThat(answer.leftOver()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no",
                "[]",
                "{\"UnprocessedItems\":{\"t\":7}}",
                "{\"UnprocessedItems\":{\"t\":[{\"PutRequest\":{\"Item\":{\"id\":{\"S\":\"a\"}}}}]}}",
                "{\"UnprocessedItems\":{\"t\":[{\"PutRequest\":{\"Item\":{\"id\":\"a\",\"at\":1}}}]}}",
                "{\"UnprocessedItems\":{}"
            })
    void invalidResponseIsRejected(String body) {
        assertThatThrownBy(() -> read(body)).isInstanceOf(IOException.class);
    }

    @Test
    void noWriteCountsAsWrittenIfAnUnprocessedItemCannotBeMatched() {
        Batch batch = Batches.of(new ItemKey("a", "1"));
        assertThat(UnprocessedItems.outcome(batch, List.of(new ItemKey("a", "2")), 0))
                .isEqualTo(new BatchOutcome.RetryAll(RetryCause.UNPROCESSED));
    }

    private static BatchWriteResponse read(String body) throws IOException {
        return BatchWriteResponse.read(body.getBytes(UTF_8), SCHEMA);
    }
}
