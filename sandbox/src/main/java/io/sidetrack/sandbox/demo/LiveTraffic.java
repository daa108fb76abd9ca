package io.sidetrack.sandbox.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.sandbox.SandboxException;
import io.sidetrack.sandbox.SandboxTables;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Sends live messages to the shared topic at a steady rate, and measures the time from just before the send until a
 * consistent read finds the message in the table. The poll interval adds up to 5 ms to the result.
 */
final class LiveTraffic implements AutoCloseable {
    private static final int PER_SECOND = 5;
    private static final long POLL_INTERVAL_MS = 5;
    private static final long FIRST_NUMBER = 9_000_000_000_000_000L;

    private final Producer<byte[], byte[]> producer;
    private final SandboxTables tables;
    private final String topic;
    private final String table;
    private final Data data;
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2, task -> {
        Thread thread = new Thread(task, "live-traffic");
        thread.setDaemon(true);
        return thread;
    });
    /** The send times of the messages that are not in the table yet, by key. */
    private final Map<String, Long> outstanding = new ConcurrentHashMap<>();
    /** All messages that were sent, by key, for the final comparison. */
    private final Map<String, byte[]> sent = new ConcurrentHashMap<>();

    private final List<Future<?>> tasks = new ArrayList<>();
    private volatile boolean sending = true;
    private volatile Latencies latencies = new Latencies();
    private long next;

    LiveTraffic(String bootstrapServers, String topic, SandboxTables tables, String table, Data data) {
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers), new ByteArraySerializer(), new ByteArraySerializer());
        this.topic = topic;
        this.tables = tables;
        this.table = table;
        this.data = data;
    }

    void start() {
        tasks.add(threads.scheduleAtFixedRate(this::send, 0, 1000 / PER_SECOND, TimeUnit.MILLISECONDS));
        tasks.add(threads.scheduleWithFixedDelay(this::poll, 0, POLL_INTERVAL_MS, TimeUnit.MILLISECONDS));
    }

    /** @throws SandboxException if sending or polling failed, which would otherwise look like a lack of messages */
    void requireRunning() {
        for (Future<?> task : tasks) {
            if (task.isDone()) {
                try {
                    task.get();
                } catch (ExecutionException e) {
                    throw new SandboxException("live traffic failed: " + e.getCause(), e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** Starts a new measurement: latencies are added to the returned object from now on. */
    Latencies measure() {
        Latencies fresh = new Latencies();
        latencies = fresh;
        return fresh;
    }

    private void send() {
        if (!sending) {
            return;
        }
        long number = next++;
        String id = data.numericKey() ? Long.toString(FIRST_NUMBER + number) : "live-%06d".formatted(number);
        String quoted = data.numericKey() ? id : "\"" + id + "\"";
        byte[] value = "{\"%s\":%s,\"live\":true,\"n\":%d}"
                .formatted(data.keyField(), quoted, number)
                .getBytes(UTF_8);
        sent.put(id, value);
        outstanding.put(id, System.nanoTime());
        var unused = producer.send(new ProducerRecord<>(topic, id.getBytes(UTF_8), value));
    }

    private void poll() {
        outstanding.forEach((id, since) -> {
            AttributeValue key = data.numericKey() ? AttributeValue.fromN(id) : AttributeValue.fromS(id);
            if (tables.get(table, Map.of(data.keyField(), key)).isPresent()) {
                latencies.add((System.nanoTime() - since) / 1e6);
                outstanding.remove(id);
            }
        });
    }

    /** Stops sending; polling for messages in flight continues. */
    void stopSending() {
        sending = false;
        producer.flush();
    }

    boolean allSeen() {
        return outstanding.isEmpty();
    }

    /** The messages that were sent, by key. */
    Map<String, byte[]> sent() {
        return new HashMap<>(sent);
    }

    @Override
    public void close() {
        threads.shutdownNow();
        producer.close();
    }
}
