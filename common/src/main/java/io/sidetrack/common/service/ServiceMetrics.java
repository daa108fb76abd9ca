package io.sidetrack.common.service;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sidetrack.common.build.BuildInfo;
import org.apache.kafka.streams.KafkaStreams;

/** The metrics that every service has: those of the JVM, the process, Streams and the Kafka clients. */
public final class ServiceMetrics {
    private ServiceMetrics() {}

    /** Collects the metrics of clients, on a thread of its own, until it is closed. */
    public interface Binding extends AutoCloseable {
        @Override
        void close();
    }

    /** A registry with the metrics of the JVM, the process and the build. */
    public static PrometheusMeterRegistry registry() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        BuildInfo build = BuildInfo.current();
        Gauge.builder("sidetrack.build.info", () -> 1)
                .tag("version", build.version())
                .tag("revision", build.revision())
                .register(registry);
        return registry;
    }

    /**
     * Adds the metrics of a Streams client and its Kafka clients.
     *
     * @return the binding, which the caller closes with the client
     */
    public static Binding bind(KafkaStreams streams, PrometheusMeterRegistry registry) {
        KafkaStreamsMetrics metrics = new KafkaStreamsMetrics(streams);
        metrics.bindTo(registry);
        return metrics::close;
    }
}
