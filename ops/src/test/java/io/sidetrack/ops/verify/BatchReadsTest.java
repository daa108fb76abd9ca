package io.sidetrack.ops.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.ops.OpsException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.InternalServerErrorException;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/** Reads from a table that responds with scripted results. */
class BatchReadsTest {
    private static final List<ItemKey> KEYS =
            IntStream.range(0, 100).mapToObj(i -> Samples.key("k" + i)).toList();

    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private final StopRequest stop = new StopRequest();
    private final ReadBudget budget = new ReadBudget(Double.POSITIVE_INFINITY, 1);
    private final AtomicLong clock = new AtomicLong();
    private final Deque<Function<KeysAndAttributes, BatchGetItemResponse>> responses = new ArrayDeque<>();
    private final List<KeysAndAttributes> requests = new ArrayList<>();

    /** The last response is repeated. A minute passes with each request. */
    private final DynamoDbClient client = new DynamoDbClient() {
        @Override
        public BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
            clock.addAndGet(Duration.ofMinutes(1).toNanos());
            KeysAndAttributes keys = request.requestItems().get("t");
            requests.add(keys);
            return (responses.size() > 1 ? responses.remove() : responses.peek()).apply(keys);
        }

        @Override
        public String serviceName() {
            return "dynamodb";
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    };

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private Future<List<Map<String, AttributeValue>>> read() {
        return new BatchReads(
                        new TableAccess(client, "t"),
                        Samples.KEYS,
                        true,
                        budget,
                        Duration.ofSeconds(150),
                        stop,
                        threads,
                        clock::get)
                .read(KEYS);
    }

    /** Returns the first items, and the other keys as unprocessed. */
    private static Function<KeysAndAttributes, BatchGetItemResponse> items(int count) {
        return keys -> {
            List<Map<String, AttributeValue>> all = keys.keys();
            int returned = Math.min(count, all.size());
            KeysAndAttributes left =
                    keys.toBuilder().keys(all.subList(returned, all.size())).build();
            return BatchGetItemResponse.builder()
                    .responses(Map.of("t", all.subList(0, returned)))
                    .unprocessedKeys(returned == all.size() ? Map.of() : Map.of("t", left))
                    .consumedCapacity(ConsumedCapacity.builder()
                            .capacityUnits(returned * 2.0)
                            .build())
                    .build();
        };
    }

    private static Function<KeysAndAttributes, BatchGetItemResponse> failure(int status) {
        return keys -> {
            throw InternalServerErrorException.builder()
                    .statusCode(status)
                    .message("status " + status)
                    .build();
        };
    }

    @Test
    void unprocessedKeysAreReadAgainAndChargedOnce() throws Exception {
        responses.addAll(List.of(items(60), items(0), items(100)));
        assertThat(read().get()).hasSize(100);
        assertThat(requests).extracting(request -> request.keys().size()).containsExactly(100, 40, 40);
        assertThat(requests).allMatch(KeysAndAttributes::consistentRead);
        assertThat(budget.consumed()).isEqualTo(200);
    }

    @Test
    void throttlingAndServerErrorsAreTriedAgain() throws Exception {
        responses.addAll(List.of(failure(429), failure(503), items(100)));
        assertThat(read().get()).hasSize(100);
    }

    /** With a small budget, reads wait longer than the patience lasts. */
    @Test
    void waitingForTheBudgetIsNoFailure() {
        responses.addAll(List.of(failure(429), items(100)));
        PatientCalls calls = new PatientCalls(new TableAccess(client, "t"), stop, Duration.ofSeconds(150), clock::get);
        long wait = Duration.ofMinutes(10).toNanos();
        clock.addAndGet(wait);
        calls.waited(wait);
        assertThat(calls.call(
                                "",
                                dynamo -> dynamo.batchGetItem(request -> request.requestItems(Map.of(
                                        "t",
                                        KeysAndAttributes.builder()
                                                .keys(List.of(Samples.KEYS.attributes(KEYS.get(0))))
                                                .build()))))
                        .responses())
                .hasSize(1);
    }

    @Test
    void tableThatReturnsNothingEndsTheRead() {
        responses.add(items(0));
        assertThatThrownBy(() -> read().get())
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(OpsException.class)
                .hasMessageContaining("nothing could be read for 150 s (it returns keys as unprocessed)");
        assertThat(requests).hasSize(3);
    }

    @Test
    void missingPermissionIsReportedAtOnce() {
        responses.add(failure(400));
        assertThatThrownBy(() -> read().get())
                .cause()
                .isInstanceOf(OpsException.class)
                .hasMessageContaining("allow dynamodb:BatchGetItem");
        assertThat(requests).hasSize(1);
    }

    @Test
    void stopEndsARead() {
        stop.request();
        responses.add(items(100));
        assertThatThrownBy(() -> read().get()).cause().isInstanceOf(StopRequest.StoppedException.class);
        assertThat(requests).isEmpty();
    }
}
