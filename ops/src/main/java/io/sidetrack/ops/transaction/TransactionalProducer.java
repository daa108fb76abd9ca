package io.sidetrack.ops.transaction;

import io.sidetrack.common.transaction.TransactionFailure;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.Producers;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;

/** A producer with a transactional id, which only one run at a time can have. Not thread-safe. */
public final class TransactionalProducer implements AutoCloseable {
    private static final long BUFFER_BYTES = Integer.MAX_VALUE;
    /** A producer aborts its open transaction before it closes. Without a limit, it would wait for a coordinator that is down. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(15);

    private final Producer<byte[], byte[]> producer;
    private final String transactionalId;

    private TransactionalProducer(Producer<byte[], byte[]> producer, String transactionalId) {
        this.producer = producer;
        this.transactionalId = transactionalId;
    }

    /** Opens a producer. */
    public static TransactionalProducer open(Cluster cluster, String transactionalId) {
        Map<String, Object> properties = cluster.client().producer();
        properties.put("transactional.id", transactionalId);
        properties.put("acks", "all");
        properties.put("enable.idempotence", true);
        // A record may fit its topic only because it is compressed, but the producer checks its size before
        // compression.
        // Without limits here, the broker alone decides. The buffer is not allocated before it is used.
        properties.putIfAbsent("compression.type", "lz4");
        properties.putIfAbsent("max.request.size", Integer.MAX_VALUE);
        properties.putIfAbsent("buffer.memory", BUFFER_BYTES);
        return new TransactionalProducer(Producers.open(cluster.client(), properties), transactionalId);
    }

    /**
     * Ends the transactions of other producers with the same id: they can commit nothing after that.
     *
     * @param fenced the failure of a run that another one has fenced meanwhile
     * @throws OpsException if transactions cannot begin
     */
    public Producer<byte[], byte[]> fenceOthers(Function<Throwable, OpsException> fenced) {
        try {
            producer.initTransactions();
            return producer;
        } catch (KafkaException e) {
            if (TransactionFailure.of(e) == TransactionFailure.FENCED) {
                throw fenced.apply(e);
            }
            throw new OpsException(
                    "nothing was sent: the transaction of " + transactionalId + " cannot begin (" + e.getMessage()
                            + "); allow WRITE on this transactional id, and check that the brokers are up",
                    e);
        }
    }

    @Override
    public void close() {
        producer.close(CLOSE_TIMEOUT);
    }
}
