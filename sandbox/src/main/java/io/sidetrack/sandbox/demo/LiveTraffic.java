package io.sidetrack.sandbox.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.sandbox.SandboxException;
import io.sidetrack.sandbox.SandboxTables;
import io.sidetrack.sandbox.demo.Latencies.Seen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
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
    /** Messages of a partition arrive in their order. While all wait, reading each of them would only load the table. */
    private static final int POLLED = 20;

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
    /** The messages that are not in the table yet, by number. */
    private final NavigableMap<Long, Outstanding> outstanding = new ConcurrentSkipListMap<>();
    /** The messages that were found since they were last taken. */
    private final Queue<Seen> fresh = new ConcurrentLinkedQueue<>();
    /** All messages that were sent, by key, for the final comparison. */
    private final Map<String, byte[]> sent = new ConcurrentHashMap<>();

    private final List<Future<?>> tasks = new ArrayList<>();
    /** A message that is not in the table yet. */
    private record Outstanding(String id, long sinceNanos) {}

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

    /** Starts sending and polling, unless it has been started. */
    void start() {
        if (!tasks.isEmpty()) {
            return;
        }
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
        outstanding.put(number, new Outstanding(id, System.nanoTime()));
        var unused = producer.send(new ProducerRecord<>(topic, id.getBytes(UTF_8), value));
    }

    private void poll() {
        outstanding.entrySet().stream().limit(POLLED).forEach(entry -> {
            Outstanding message = entry.getValue();
            AttributeValue key =
                    data.numericKey() ? AttributeValue.fromN(message.id) : AttributeValue.fromS(message.id);
            long start = System.nanoTime();
            if (tables.get(table, Map.of(data.keyField(), key)).isPresent()) {
                long now = System.nanoTime();
                Seen seen = new Seen((now - message.sinceNanos) / 1e6, (now - start) / 1e6);
                latencies.add(seen);
                fresh.add(seen);
                outstanding.remove(entry.getKey());
            }
        });
    }

    /** Takes the messages that were found since the last call. */
    List<Seen> takeSeen() {
        List<Seen> taken = new ArrayList<>();
        for (Seen seen = fresh.poll(); seen != null; seen = fresh.poll()) {
            taken.add(seen);
        }
        return taken;
    }

    /** How long the oldest message that is not in the table has been waiting, in ms; 0 if there is none. */
    double oldestWaitMs() {
        Map.Entry<Long, Outstanding> oldest = outstanding.firstEntry();
        return oldest == null ? 0 : (System.nanoTime() - oldest.getValue().sinceNanos) / 1e6;
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
