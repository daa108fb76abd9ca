package io.sidetrack.ops.steering;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.ops.scrape.MetricsPage;
import io.sidetrack.ops.steering.UnitsReading.Instance;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The use of write units by a group, from the metrics of its instances. */
class UnitsReadingTest {
    private static final URI A = URI.create("http://a:8080");
    private static final URI B = URI.create("http://b:8080");
    private static final double NONE = Double.POSITIVE_INFINITY;

    private static UnitsReading reading(long seconds, Map<URI, Instance> instances) {
        return new UnitsReading(seconds * 1_000_000_000, instances);
    }

    @Test
    void useIsTheSumOfAllInstances() {
        UnitsReading before = reading(0, Map.of(A, new Instance(1000, 2500), B, new Instance(50, 2500)));
        UnitsReading after = reading(2, Map.of(A, new Instance(3000, 2500), B, new Instance(450, 2500)));
        assertThat(after.since(before).text())
                .isEqualTo("write units of the group: 1,200/s used by 2 instances, limit 2,500/s");
    }

    @Test
    void restartedInstanceCountsFromZero() {
        UnitsReading before = reading(0, Map.of(A, new Instance(1000, NONE)));
        UnitsReading after = reading(2, Map.of(A, new Instance(30, NONE)));
        assertThat(after.since(before).text()).isEqualTo("write units of the group: 15/s used by 1 instance, no limit");
    }

    @Test
    void differentLimitsAreShown() {
        UnitsReading reading = reading(0, Map.of(A, new Instance(0, 100), B, new Instance(0, Double.NaN)));
        UnitsUse use = reading.since(reading);
        assertThat(use.text())
                .endsWith("limit 100/s or a limit for each instance (earlier build) (the instances differ)");
        assertThat(use.json()).containsEntry("limits", List.of(100.0));
    }

    @Test
    void metricsWithoutLabelsAreReadFromAPage() {
        assertThat(MetricsPage.withoutLabels("# HELP a text\na 1.5\nb{x=\"1\"} 2\nc +Inf\nd NaN\n<html> no\n"))
                .containsEntry("a", 1.5)
                .containsEntry("c", NONE)
                .containsEntry("d", Double.NaN)
                .hasSize(3);
    }
}
