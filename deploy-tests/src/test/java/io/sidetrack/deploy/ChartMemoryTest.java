package io.sidetrack.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Heap and memory limit follow the formula of docs/sizing.md, computed here a second time. */
class ChartMemoryTest {
    private static final double MB = 1024 * 1024;

    /** Values of a writer. */
    private record Sizes(
            int threads,
            int partitions,
            int inFlight,
            int batch,
            int bufferRecords,
            long bufferBytes,
            long pollBytes,
            int record,
            int item,
            int largest,
            String mode,
            String lane) {
        static Sizes random(Random random) {
            int threads = 1 + random.nextInt(6);
            return new Sizes(
                    threads,
                    threads + random.nextInt(300),
                    threads + random.nextInt(2000),
                    1 + random.nextInt(25),
                    random.nextBoolean() ? 0 : 10_000 + random.nextInt(100_000),
                    1_048_576L + random.nextInt(200_000_000),
                    1_048_576L + random.nextInt(60_000_000),
                    1 + random.nextInt(10_000),
                    random.nextBoolean() ? 0 : 1 + random.nextInt(20_000),
                    1 + random.nextInt(10_000_000),
                    List.of("overwrite", "keep-existing", "newest-wins").get(random.nextInt(3)),
                    random.nextBoolean() ? "live" : "backfill");
        }

        String yaml(int run) {
            return String.format(
                    Locale.ROOT,
                    "  - {name: w%d, lane: %s, topic: t%d, table: t, replicas: 1, streamThreads: %d, partitions: %d,"
                            + " maxInFlight: %d, batchSize: %d, bufferRecords: %d, bufferBytes: %d, pollBytes: %d, itemBytes: %d,"
                            + " records: {bytes: %d, largestBytes: %d}, mode: %s}\n",
                    run,
                    lane,
                    run,
                    threads,
                    partitions,
                    inFlight,
                    batch,
                    bufferRecords,
                    bufferBytes,
                    pollBytes,
                    item,
                    record,
                    largest,
                    mode);
        }

        /** By docs/sizing.md, in bytes. */
        double heap() {
            double itemSize = (item == 0 ? Math.floor(record * 1.6) : item) + (mode.equals("newest-wins") ? 110 : 0);
            long pipeline = 2L * (inFlight / threads) * batch;
            double records = bufferRecords > 0 ? bufferRecords : (double) Math.max(1000, pipeline);
            double buffered = threads * Math.min(records * (record + itemSize + 400), (double) bufferBytes);
            double requests = Math.min((double) inFlight * batch * itemSize, buffered);
            if (!mode.equals("overwrite")) {
                requests = 3 * requests + inFlight * 80_000.0;
            }
            double read = threads * (pollBytes + 2.0 * largest);
            double producers = (lane.equals("backfill") ? 2 : 1) * 32 * MB;
            return 96 * MB + buffered + requests + read + partitions * 256.0 * 1024 + producers;
        }

        double outsideTheHeap() {
            double connections =
                    mode.equals("overwrite") ? inFlight : Math.max(inFlight, Math.min(2000, inFlight * 25));
            return 256 * MB + connections * 64 * 1024;
        }
    }

    private static double heap(JsonNode workload) {
        String options = Manifests.environment(workload, "").get("JAVA_TOOL_OPTIONS");
        assertThat(options).matches("-Xmx\\d+m -XX:\\+ExitOnOutOfMemoryError.*");
        return Long.parseLong(options.replaceFirst("-Xmx(\\d+)m.*", "$1")) * MB;
    }

    private static double limit(JsonNode workload) {
        JsonNode resources = Manifests.container(workload).get("resources");
        String limit = resources.at("/limits/memory").asText();
        assertThat(limit)
                .matches("\\d+Mi")
                .isEqualTo(resources.at("/requests/memory").asText());
        return Long.parseLong(limit.replace("Mi", "")) * MB;
    }

    @Test
    void writersMemoryFollowsTheFormula() {
        long seed = Long.getLong("chart.seed", System.nanoTime());
        Random random = new Random(seed);
        List<Sizes> runs = new ArrayList<>();
        StringBuilder yaml = new StringBuilder("writers:\n");
        for (int run = 0; run < 30; run++) {
            runs.add(Sizes.random(random));
            yaml.append(runs.get(run).yaml(run));
        }
        Manifests manifests = Chart.example("minimal").with(yaml.toString()).manifests();
        for (int run = 0; run < runs.size(); run++) {
            Sizes sizes = runs.get(run);
            JsonNode writer = manifests.get("Deployment", "demo-sidetrack-writer-w" + run);
            double heap = heap(writer);
            assertThat(heap)
                    .as("-Dchart.seed=%d, run %d: %s", seed, run, sizes)
                    .isBetween(1.25 * sizes.heap() - 1, 1.25 * sizes.heap() + 17 * MB);
            assertThat(limit(writer) - heap)
                    .as("-Dchart.seed=%d, run %d: %s", seed, run, sizes)
                    .isBetween(sizes.outsideTheHeap() - 1, sizes.outsideTheHeap() + 17 * MB);
        }
    }

    @Test
    void routersMemoryFollowsTheFormula() {
        JsonNode router = Chart.example("minimal").with("""
                        topics: {sourcePartitions: 64}
                        router: {streamThreads: 3, pollBytes: 8388608, records: {largestBytes: 50000000}}
                        """).manifests().get("Deployment", "demo-sidetrack-router");
        double formula = 96 * MB + 3 * (8 * MB + 2 * 50e6 + 50e6) + 64 * 50e6;
        assertThat(heap(router)).isBetween(1.25 * formula, 1.25 * formula + 17 * MB);
        assertThat(limit(router) - heap(router)).isEqualTo(256 * MB);
    }

    @Test
    void memoryLimitFromValuesDeterminesTheHeap() {
        JsonNode writer = Chart.example("everything").manifests().get("Deployment", "lanes-writer-live");
        assertThat(Manifests.container(writer).get("resources").toString())
                .contains("\"limits\":{\"cpu\":2,\"memory\":\"2Gi\"}")
                .contains("\"requests\":{\"cpu\":\"500m\",\"memory\":\"2Gi\"}");
        assertThat(Manifests.environment(writer, "").get("JAVA_TOOL_OPTIONS"))
                .isEqualTo("-XX:MaxRAMPercentage=75 -XX:+ExitOnOutOfMemoryError -XX:+UseG1GC");
    }

    static List<String> examples() {
        return Chart.examples();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void noContainerHasACpuLimitThatItsValuesDoNotName(String example) {
        for (JsonNode workload : Chart.example(example).manifests().workloads()) {
            JsonNode resources = Manifests.container(workload).get("resources");
            assertThat(resources.at("/requests/cpu").isMissingNode()).isFalse();
            assertThat(resources.at("/limits").has("cpu"))
                    .isEqualTo(Manifests.name(workload).equals("lanes-writer-live"));
        }
    }
}
