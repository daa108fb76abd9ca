package io.sidetrack.ops.sizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sidetrack.ops.cost.Cost;
import io.sidetrack.ops.cost.WriteModel;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** The plans of a backfill as text. */
class SizingTextTest {
    private static final SizingInput LOAD = new SizingInput(
            300_000, 400, 1, 20, Optional.of(Duration.ofHours(4)), OptionalDouble.of(4_000), 100, Optional.empty(), 1);

    @Test
    void fastestPlanUsesTheTableAndTheCheapestTheDeadline() {
        assertThat(SizingText.plan("fastest", LOAD, Sizing.of(LOAD.asFastAsPossible()), OptionalDouble.empty()))
                .contains("fastest   1.3 minutes, at 3,900 records/s")
                .contains("  limit   the table: more write units make it faster")
                .contains("  table   3,900 write units/s for the backfill, 4,000 with live traffic");
        assertThat(SizingText.plan("cheapest", LOAD, Sizing.of(LOAD), OptionalDouble.empty()))
                .contains("cheapest  4.0 hours, at 21 records/s")
                .contains("  limit   the deadline: a shorter one is possible")
                .contains("  lane: sidetrack provision --backfill-partitions 12");
    }

    @Test
    void partitionsHaveAPrice() throws IOException {
        assertThat(SizingText.plan("cheapest", LOAD, Sizing.of(LOAD), OptionalDouble.of(0.0015)))
                .contains(
                        "  lane    $0.07 for its partitions until then, $13.14 a month for as long as the lane exists");
        JsonNode json = new JsonMapper()
                .readTree(SizingText.json(
                                LOAD,
                                Sizing.of(LOAD),
                                Sizing.of(LOAD.asFastAsPossible()),
                                OptionalDouble.of(0.0015),
                                new Cost(new WriteModel.Units(1, 0), 1, OptionalDouble.empty(), OptionalDouble.empty()))
                        .toString());
        assertThat(json.at("/plans/1/partitionDollars").asDouble()).isCloseTo(0.072, within(1e-6));
        assertThat(json.at("/plans/1/partitionDollarsPerMonth").asDouble()).isCloseTo(13.14, within(1e-6));
    }

    @Test
    void planWithoutTheTablesLimitSaysSo() {
        SizingInput load =
                new SizingInput(1, 400, 1, 20, Optional.empty(), OptionalDouble.empty(), 0, Optional.empty(), 1);
        assertThat(SizingText.plan("takes", load, Sizing.of(load), OptionalDouble.empty()))
                .anyMatch(line -> line.endsWith("the table's limit is not known (--table-units)"));
    }
}
