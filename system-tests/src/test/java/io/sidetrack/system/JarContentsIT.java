package io.sidetrack.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.sandbox.Jars;
import io.sidetrack.sandbox.ServiceProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The jars contain the allowed packages and native libraries only, and stay small. A new dependency must be added here. They
 * contain nothing of RocksDB, so every other test that runs a jar shows that it needs none.
 */
class JarContentsIT {
    @TempDir
    Path folder;

    private static final List<String> COMMON = List.of(
            "io/sidetrack/common/",
            "ch/qos/logback/",
            "com/fasterxml/jackson/annotation/",
            "com/fasterxml/jackson/core/",
            "com/fasterxml/jackson/databind/",
            "com/github/luben/zstd/",
            "net/jpountz/",
            "org/apache/kafka/",
            "org/jspecify/annotations/",
            "org/slf4j/",
            "org/xerial/snappy/");

    /** What serves metrics. */
    private static final List<String> METRICS =
            List.of("io/micrometer/", "io/prometheus/metrics/", "org/HdrHistogram/", "org/LatencyUtils/");

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

    /** The native libraries of the compression formats, without their versions. */
    private static final Set<String> COMPRESSION = Set.of(
            "linux/amd64/libzstd-jni.so",
            "linux/aarch64/libzstd-jni.so",
            "darwin/x86_64/libzstd-jni.dylib",
            "darwin/aarch64/libzstd-jni.dylib",
            "net/jpountz/util/linux/amd64/liblz4-java.so",
            "net/jpountz/util/linux/aarch64/liblz4-java.so",
            "net/jpountz/util/darwin/x86_64/liblz4-java.dylib",
            "net/jpountz/util/darwin/aarch64/liblz4-java.dylib",
            "org/xerial/snappy/native/Linux/x86_64/libsnappyjava.so",
            "org/xerial/snappy/native/Linux/aarch64/libsnappyjava.so",
            "org/xerial/snappy/native/Mac/x86_64/libsnappyjava.dylib",
            "org/xerial/snappy/native/Mac/aarch64/libsnappyjava.dylib");

    private static final Set<String> WRITER_HTTP_CLIENT = Set.of(
            "linux/x86_64/glibc/libaws-crt-jni.so",
            "linux/armv8/glibc/libaws-crt-jni.so",
            "osx/x86_64/cruntime/libaws-crt-jni.dylib",
            "osx/armv8/cruntime/libaws-crt-jni.dylib");

    private static final Pattern NATIVE = Pattern.compile("(.*?)(?:-[0-9][0-9.-]*)?(\\.(?:so|dylib|jnilib|dll|a))");
    private static final long MB = 1_000_000;

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

    private static void assertSmall(Path jar, long mostMb, Set<String> natives) throws IOException {
        assertThat(Files.size(jar)).as("bytes of %s", jar.getFileName()).isLessThanOrEqualTo(mostMb * MB);
        try (JarFile file = new JarFile(jar.toFile())) {
            assertThat(file.stream()
                            .map(entry -> NATIVE.matcher(entry.getName()))
                            .filter(Matcher::matches)
                            .map(name -> name.group(1) + name.group(2)))
                    .as("native libraries of %s", jar.getFileName())
                    .containsExactlyInAnyOrderElementsOf(natives);
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
        assertContains(Jars.ofThisCheckout().router(), "io/sidetrack/router/", METRICS, Set.of());
    }

    @Test
    void writerContainsAllowedPackagesAndOneHttpClient() throws IOException {
        assertContains(
                Jars.ofThisCheckout().writer(),
                "io/sidetrack/writer/",
                Stream.of(
                                METRICS,
                                AWS,
                                List.of(
                                        "io/sidetrack/mapping/",
                                        "software/amazon/awssdk/crt/",
                                        "software/amazon/awssdk/crtcore/"))
                        .flatMap(List::stream)
                        .toList(),
                Set.of("software.amazon.awssdk.http.crt.AwsCrtSdkHttpService"));
    }

    @Test
    void opsContainsAllowedPackagesAndOneHttpClient() throws IOException {
        assertContains(
                Jars.ofThisCheckout().ops(),
                "io/sidetrack/ops/",
                Stream.concat(AWS.stream(), Stream.of("io/sidetrack/mapping/", "io/sidetrack/report/", "picocli/"))
                        .toList(),
                Set.of("software.amazon.awssdk.http.urlconnection.UrlConnectionSdkHttpService"));
    }

    @Test
    void jarsAreSmallAndContainNativeLibrariesForLinuxAndMacOsOnly() throws IOException {
        assertSmall(Jars.ofThisCheckout().router(), 30, COMPRESSION);
        assertSmall(Jars.ofThisCheckout().ops(), 30, COMPRESSION);
        assertSmall(
                Jars.ofThisCheckout().writer(),
                40,
                Stream.concat(COMPRESSION.stream(), WRITER_HTTP_CLIENT.stream()).collect(Collectors.toSet()));
    }

    @Test
    void anotherPlatformIsRefusedInOneLine() {
        assertRefused(Jars.ofThisCheckout().router(), "-Dos.arch=s390x");
        assertRefused(Jars.ofThisCheckout().writer(), "-Dos.arch=riscv64");
        assertRefused(Jars.ofThisCheckout().ops(), "-Dos.name=FreeBSD");
    }

    private void assertRefused(Path jar, String platform) {
        try (ServiceProcess process = ServiceProcess.java(
                "refused",
                List.of(platform, "-jar", jar.toString()),
                Map.of(),
                folder.resolve("out"),
                folder.resolve("err"))) {
            assertThat(process.exitCode(Duration.ofMinutes(2))).isEqualTo(2);
            assertThat(process.output()).isEmpty();
            assertThat(process.errors())
                    .contains(": platform: ", "is not supported")
                    .hasLineCount(1);
        }
    }
}
