package io.sidetrack.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.sandbox.Jars;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The jars contain the allowed packages only. A new dependency must be added here. */
class JarContentsIT {
    private static final List<String> COMMON = List.of(
            "io/sidetrack/common/",
            "ch/qos/logback/",
            "com/fasterxml/jackson/annotation/",
            "com/fasterxml/jackson/core/",
            "com/fasterxml/jackson/databind/",
            "com/github/luben/zstd/",
            "io/micrometer/",
            "io/prometheus/metrics/",
            "net/jpountz/",
            "org/HdrHistogram/",
            "org/LatencyUtils/",
            "org/apache/kafka/",
            "org/jspecify/annotations/",
            "org/rocksdb/",
            "org/slf4j/",
            "org/xerial/snappy/");

    /** The SDK for DynamoDB and STS. {@link #HTTP_CLIENTS} are the services by which it finds its HTTP clients. */
    private static final List<String> AWS = List.of(
            "org/reactivestreams/",
            "software/amazon/awssdk/annotations/",
            "software/amazon/awssdk/auth/",
            "software/amazon/awssdk/awscore/",
            "software/amazon/awssdk/checksums/",
            "software/amazon/awssdk/core/",
            "software/amazon/awssdk/endpoints/",
            "software/amazon/awssdk/http/",
            "software/amazon/awssdk/identity/",
            "software/amazon/awssdk/internal/http/",
            "software/amazon/awssdk/metrics/",
            "software/amazon/awssdk/profiles/",
            "software/amazon/awssdk/protocol",
            "software/amazon/awssdk/regions/",
            "software/amazon/awssdk/retries/",
            "software/amazon/awssdk/services/dynamodb/",
            "software/amazon/awssdk/services/sts/",
            "software/amazon/awssdk/thirdparty/jackson/",
            "software/amazon/awssdk/utils/",
            "software/amazon/awssdk/utilslite/",
            "software/amazon/eventstream/");

    private static final Set<String> HTTP_CLIENTS = Set.of(
            "software.amazon.awssdk.http.SdkHttpService", "software.amazon.awssdk.http.async.SdkAsyncHttpService");

    private static void assertContains(Path jar, String own, List<String> more, Set<String> httpClients)
            throws IOException {
        List<String> allowed =
                Stream.of(COMMON, List.of(own), more).flatMap(List::stream).toList();
        try (JarFile file = new JarFile(jar.toFile())) {
            assertThat(file.stream()
                            .map(entry -> entry.getName().replaceFirst("^META-INF/versions/[0-9]+/", ""))
                            .filter(name -> name.endsWith(".class"))
                            .filter(name -> allowed.stream().noneMatch(name::startsWith))
                            .map(name -> name.substring(0, name.lastIndexOf('/') + 1))
                            .collect(Collectors.toSet()))
                    .as("packages of %s that are not allowed", jar.getFileName())
                    .isEmpty();
            assertThat(file.stream()
                            .map(entry -> entry.getName())
                            .filter(name -> name.startsWith("META-INF/services/")
                                    && HTTP_CLIENTS.contains(name.substring("META-INF/services/".length())))
                            .flatMap(name -> lines(file, name))
                            .collect(Collectors.toSet()))
                    .as("HTTP clients of %s", jar.getFileName())
                    .isEqualTo(httpClients);
        }
    }

    private static Stream<String> lines(JarFile file, String name) {
        try (var in = file.getInputStream(file.getEntry(name))) {
            return new String(in.readAllBytes(), US_ASCII)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void routerContainsAllowedPackagesOnly() throws IOException {
        assertContains(Jars.ofThisCheckout().router(), "io/sidetrack/router/", List.of(), Set.of());
    }

    @Test
    void writerContainsAllowedPackagesAndOneHttpClient() throws IOException {
        assertContains(
                Jars.ofThisCheckout().writer(),
                "io/sidetrack/writer/",
                Stream.concat(
                                AWS.stream(),
                                Stream.of(
                                        "io/sidetrack/mapping/",
                                        "software/amazon/awssdk/crt/",
                                        "software/amazon/awssdk/crtcore/"))
                        .toList(),
                Set.of("software.amazon.awssdk.http.crt.AwsCrtSdkHttpService"));
    }

    @Test
    void opsContainsAllowedPackagesAndOneHttpClient() throws IOException {
        assertContains(
                Jars.ofThisCheckout().ops(),
                "io/sidetrack/ops/",
                Stream.concat(AWS.stream(), Stream.of("io/sidetrack/mapping/", "picocli/"))
                        .toList(),
                Set.of("software.amazon.awssdk.http.urlconnection.UrlConnectionSdkHttpService"));
    }
}
