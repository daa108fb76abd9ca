package io.sidetrack.ops.cost;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.mapping.settings.GuardSettings;
import io.sidetrack.mapping.settings.WriteMode;
import io.sidetrack.ops.Environment;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The price of write units, and what a record costs. */
public final class CostOptions {
    private final Environment environment;

    @Option(
            names = "--price",
            paramLabel = "USD",
            defaultValue = "0.625",
            description = "The price of a million write units, in US dollars. Default: ${DEFAULT-VALUE}, on demand in"
                    + " us-east-1.")
    private double price;

    @Option(
            names = "--max-cost",
            paramLabel = "USD",
            description = "Fail if the write units of the backfill cost more than this.")
    private Double maxCost;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "The mode of the backfill lane's writer: overwrite, keep-existing or newest-wins. Default:"
                    + " WRITER_MODE, or overwrite.")
    private String mode;

    @Option(
            names = "--existing",
            paramLabel = "PERCENT",
            defaultValue = "0",
            description = "The percentage of keys that the table contains already: guarded writes pay for them twice or"
                    + " for nothing. Default: ${DEFAULT-VALUE}.")
    private double existing;

    @Option(
            names = "--indexes",
            paramLabel = "N",
            defaultValue = "0",
            description = "The number of global secondary indexes that an item is in. Default: ${DEFAULT-VALUE}.")
    private int indexes;

    @Option(
            names = "--index-bytes",
            paramLabel = "N",
            description = "The average size of an item's entry in an index. Default: the size of the item.")
    private Integer indexBytes;

    @Option(
            names = "--new-table",
            description = "The table is new and empty: compare the price with that of an import from S3.")
    private boolean newTable;

    /** @param environment with the writer's own variables */
    public CostOptions(Environment environment) {
        this.environment = environment;
    }

    /**
     * How many write units a record consumes.
     *
     * @throws StartupException if an option is not valid
     */
    public WriteModel model() {
        require("--price", price, price >= 0 && price < Double.POSITIVE_INFINITY);
        require("--existing", existing, existing >= 0 && existing <= 100);
        require("--indexes", indexes, indexes >= 0);
        require("--index-bytes", indexBytes == null ? 1 : indexBytes, indexBytes == null || indexBytes > 0);
        require("--max-cost", maxCost == null ? 0 : maxCost, maxCost == null || maxCost >= 0);
        return new WriteModel(
                mode(), indexes, indexBytes == null ? OptionalInt.empty() : OptionalInt.of(indexBytes), existing / 100);
    }

    /**
     * Checks the options.
     *
     * @throws StartupException if one is not valid
     */
    public void check() {
        var unused = model();
    }

    private static void require(String option, double value, boolean valid) {
        if (!valid) {
            throw new StartupException(option + "=" + value, "not valid", "See --help for its range.");
        }
    }

    private WriteMode mode() {
        String wanted = environment.orVariable(mode, GuardSettings.MODE).orElse(WriteMode.OVERWRITE.code());
        return Arrays.stream(WriteMode.values())
                .filter(one -> one.code().equalsIgnoreCase(wanted))
                .findFirst()
                .orElseThrow(() -> new StartupException(
                        "--mode=" + wanted, "not valid", "Use overwrite, keep-existing or newest-wins."));
    }

    /**
     * The price of a backfill.
     *
     * @param units its write units
     * @param sourceBytes the size of its data, for an import from S3 instead
     */
    public Cost cost(WriteModel.Units units, double sourceBytes) {
        return new Cost(
                units,
                price,
                maxCost == null ? OptionalDouble.empty() : OptionalDouble.of(maxCost),
                newTable ? OptionalDouble.of(sourceBytes) : OptionalDouble.empty());
    }

    /** True if a limit is set, so that the price must be known before the first record. */
    public boolean hasLimit() {
        return maxCost != null;
    }
}
