package io.sidetrack.writer.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.writer.buffer.Batches;
import org.junit.jupiter.api.Test;

/** The body of a BatchWriteItem call. */
class BatchBodyTest {
    private final BatchBody body = new BatchBody("my-table");

    @Test
    void bodyContainsEveryPutInTheOrderOfTheBatch() {
        assertThat(body.of(Batches.puts(10, 10)))
                .asString(UTF_8)
                .isEqualTo("{\"RequestItems\":{\"my-table\":["
                        + "{\"PutRequest\":{\"Item\":{\"id\":{\"S\":\"k0\"}}}},"
                        + "{\"PutRequest\":{\"Item\":{\"id\":{\"S\":\"k1\"}}}}"
                        + "]},\"ReturnConsumedCapacity\":\"TOTAL\"}");
    }

    @Test
    void deleteContainsTheKey() {
        assertThat(body.of(Batches.deletes("a")))
                .asString(UTF_8)
                .isEqualTo("{\"RequestItems\":{\"my-table\":[{\"DeleteRequest\":{\"Key\":{\"id\":{\"S\":\"a\"}}}}"
                        + "]},\"ReturnConsumedCapacity\":\"TOTAL\"}");
    }
}
