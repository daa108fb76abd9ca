package io.sidetrack.ops.cost;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.mapping.settings.WriteMode;
import java.io.IOException;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What a backfill's writes cost. */
class CostTest {
    private static WriteModel model(WriteMode mode, int indexes, double existing) {
        return new WriteModel(mode, indexes, OptionalInt.empty(), existing);
    }

    @Test
    void eachStartedKilobyteIsAUnitInTheTableAndInEachIndex() {
        assertThat(model(WriteMode.OVERWRITE, 0, 0).of(1024).total()).isEqualTo(1);
        assertThat(model(WriteMode.OVERWRITE, 0, 0).of(1025).total()).isEqualTo(2);
        assertThat(model(WriteMode.OVERWRITE, 3, 1).of(1025).total()).isEqualTo(8);
        assertThat(new WriteModel(WriteMode.OVERWRITE, 3, OptionalInt.of(100), 0)
                        .of(1025)
                        .total())
                .isEqualTo(5);
    }

    @Test
    void guardedWritesPayForConditionsThatFail() {
        assertThat(model(WriteMode.KEEP_EXISTING, 1, 0.25).of(100)).isEqualTo(new WriteModel.Units(1.5, 0.25));
        assertThat(model(WriteMode.NEWEST_WINS, 1, 0.25).of(100)).isEqualTo(new WriteModel.Units(2, 0.25));
        assertThat(model(WriteMode.NEWEST_WINS, 0, 0).of(1000).total())
                .as("an item that the version makes larger than a kilobyte")
                .isEqualTo(2);
    }

    @Test
    void tableProvidesUnitsForItemsVersionsAndConditionsThatFailButNotForIndexes() {
        assertThat(model(WriteMode.OVERWRITE, 3, 1).ofTable(1024)).isEqualTo(1);
        assertThat(model(WriteMode.OVERWRITE, 3, 1).ofTable(1025)).isEqualTo(2);
        assertThat(model(WriteMode.KEEP_EXISTING, 3, 0.25).ofTable(100)).isEqualTo(1);
        assertThat(model(WriteMode.NEWEST_WINS, 3, 0.25).ofTable(1000)).isEqualTo(2.5);
    }

    @Test
    void deleteIsSkippedIfTheItemIsKept() {
        assertThat(model(WriteMode.KEEP_EXISTING, 1, 0.5).ofDelete(10).total()).isZero();
        assertThat(model(WriteMode.OVERWRITE, 1, 0.5).ofDelete(10).total()).isEqualTo(2);
    }

    @Test
    void priceIsForAMillionUnits() {
        Cost cost = new Cost(
                new WriteModel.Units(14_500_000, 500_000),
                0.625,
                OptionalDouble.of(9),
                OptionalDouble.of(16.0 * (1 << 30)));
        assertThat(cost.dollars()).isEqualTo(9.375);
        assertThat(cost.isTooHigh()).isTrue();
        assertThat(cost.lines())
                .contains("15,000,000 write units, $9.38 at $0.625 per million")
                .contains("500,000 of them for inserts of keys that exist, at most")
                .contains("more than --max-cost=9.0")
                .anyMatch(line -> line.contains("import from S3") && line.contains("about $2.40 (16.0 GB"));
        assertThat(new Cost(new WriteModel.Units(1000, 0), 0.625, OptionalDouble.empty(), OptionalDouble.empty())
                        .lines())
                .containsExactly("1,000 write units, $0.0006 at $0.625 per million");
    }

    @Test
    void sizeOfAnItemIsThatOfDynamoDb() throws IOException {
        ItemBytes size = new ItemBytes();
        assertThat(size.of("{\"id\":\"a\"}".getBytes(UTF_8), false)).isEqualTo(3);
        assertThat(size.of("{\"n\":12345}".getBytes(UTF_8), false)).isEqualTo(1 + 4);
        assertThat(size.of("{\"b\":true,\"z\":null}".getBytes(UTF_8), false)).isEqualTo(4);
        assertThat(size.of("{\"l\":[\"\u00e4\",1]}".getBytes(UTF_8), false)).isEqualTo(1 + 3 + (1 + 2) + (1 + 2));
        assertThat(size.of("{\"m\":{\"k\":\"v\"}}".getBytes(UTF_8), false)).isEqualTo(1 + 3 + 1 + 1 + 1);
    }
}
