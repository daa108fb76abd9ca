package io.sidetrack.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.Cut;
import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.common.topic.TopicIdentity;
import io.sidetrack.sandbox.FreePort;
import io.sidetrack.sandbox.Jars;
import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.SandboxTopics;
import io.sidetrack.sandbox.ServiceProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker that looks for old records all the time, and routers as processes of their own. One per test class. */
final class RouterFixture implements AutoCloseable {
    static final Duration SOON = Duration.ofMinutes(2);
    private static final int HEAP_MB = 512;
    private static final Path JAR = Path.of("target", "sidetrack-router.jar");

    final SandboxBroker broker = SandboxBroker.start(Map.of(
            "log.retention.check.interval.ms",
            "300",
            "log.initial.task.delay.ms",
            "100",
            "group.min.session.timeout.ms",
            "500",
            // Allows everything that a test does not deny.
            "authorizer.class.name",
            "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "allow.everyone.if.no.acl.found",
            "true",
            // The coordinator checks at this interval for transactions that have timed out, such as a killed router's.
            "transaction.abort.timed.out.transaction.cleanup.interval.ms",
            "200"));
    final SandboxTopics topics = new SandboxTopics(broker.bootstrapServers());

    /** A running router. */
    record Router(ServiceProcess process, int port) implements AutoCloseable {
        double metric(String name) {
            return ServiceProcess.metrics(port).getOrDefault(name, 0.0);
        }

        /** The number of records that it has sent to a lane because of a rule. */
        double routed(String lane, String rule) {
            return metric("sidetrack_router_records_total{lane=\"" + lane + "\",rule=\"" + rule + "\"}");
        }

        @Override
        public void close() {
            process.close();
        }
    }

    /** Makes a source that takes any timestamp, and its lanes. */
    void source(String name, int partitions) {
        topics.create(
                name,
                partitions,
                Map.of("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE), "retention.ms", "-1"));
        topics.createLane(name + "-live", partitions);
        topics.createBackfillLane(name + "-backfill", 12);
        topics.createLane(name + "-dead-letters", 1);
    }

    /** The identity of a topic. */
    TopicIdentity identity(String topic) {
        return new TopicDirectory(topics.admin(), SOON).identity(topic);
    }

    /** Records the cut of a router in a control topic. */
    void cut(String control, String routerGroup, Cut cut) {
        new ControlTopic(control, KafkaProperties.of(Map.of("bootstrap.servers", broker.bootstrapServers())), SOON)
                .put(routerGroup, cut, topics.admin());
    }

    /** Records the operator's setting for a backfill of a source in a control topic. */
    void set(String control, String source, String name, NamedBackfill setting) {
        new ControlTopic(control, KafkaProperties.of(Map.of("bootstrap.servers", broker.bootstrapServers())), SOON)
                .put(source + "-backfill", name, setting, topics.admin());
    }

    /** Sends one record, in a batch of its own, and returns when it is acknowledged. */
    void send(String compression, ProducerRecord<byte[], byte[]> record) {
        Map<String, Object> properties = Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "max.request.size",
                64 << 20,
                "buffer.memory",
                64 << 20,
                "compression.type",
                compression);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(record).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the record was rejected", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** The end offset of each partition of a topic. */
    Map<Integer, Long> ends(String topic) {
        Map<Integer, Long> ends = new HashMap<>();
        try {
            int partitions = topics.admin()
                    .describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .partitions()
                    .size();
            for (int partition = 0; partition < partitions; partition++) {
                TopicPartition key = new TopicPartition(topic, partition);
                ends.put(
                        partition,
                        topics.admin()
                                .listOffsets(Map.of(key, OffsetSpec.latest()))
                                .partitionResult(key)
                                .get()
                                .offset());
            }
            return ends;
        } catch (ExecutionException e) {
            throw new IllegalStateException("offsets cannot be listed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Waits until every record of a source is committed, and visible on its lane. */
    void awaitRouted(String source, Duration atMost) {
        await().atMost(atMost).untilAsserted(() -> {
            assertThat(topics.lag("router-" + source, source)).as("lag").isZero();
            assertThat(topics.admin().listTopics().names().get())
                    .filteredOn(topic -> topic.startsWith(source + "-"))
                    .noneMatch(topics::hasOpenTransaction);
        });
    }

    /** Starts a router and waits until it is ready. */
    Router router(String source, Map<String, String> more) {
        return router(source, HEAP_MB, more);
    }

    /** Starts a router with a heap of this size, and waits until it is ready. */
    Router router(String source, int heapMb, Map<String, String> more) {
        int port = FreePort.find();
        Map<String, String> all = new HashMap<>(more);
        all.put("ROUTER_HTTP_PORT", Integer.toString(port));
        Router router = new Router(ServiceProcess.start(JAR, heapMb, List.of(), environment(source, all)), port);
        router.process.awaitReady(port, SOON);
        return router;
    }

    /** Starts a router that may fail to start. */
    ServiceProcess start(String source, Map<String, String> more) {
        return ServiceProcess.startExpectingExit(JAR, List.of(), environment(source, more));
    }

    private Map<String, String> environment(String source, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>();
        environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        environment.put("ROUTER_SOURCE_TOPIC", source);
        environment.put("ROUTER_APPLICATION_ID", "router-" + source.replace('/', '-'));
        environment.put("ROUTER_HTTP_PORT", "0");
        environment.putAll(more);
        environment.values().removeIf(String::isEmpty);
        return environment;
    }

    /**
     * Checks the lanes of a source with {@code sidetrack audit}. Every record must be routed.
     *
     * @param options further options of the audit
     * @return its output
     */
    String assertAudited(String source, String... options) {
        List<String> arguments =
                new ArrayList<>(List.of("audit", "--source", source, "--router-group", "router-" + source));
        arguments.addAll(List.of(options));
        try (ServiceProcess audit = ServiceProcess.start(
                Jars.ofThisCheckout().ops(), arguments, Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers()))) {
            int code = audit.exitCode(SOON);
            assertThat(code).as(audit.output() + audit.errors()).isZero();
            assertThat(audit.output()).contains("records routed, 0 not yet");
            return audit.output();
        }
    }

    @Override
    public void close() {
        topics.close();
        broker.close();
    }
}
