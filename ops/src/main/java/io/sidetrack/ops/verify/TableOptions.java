package io.sidetrack.ops.verify;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.ops.Environment;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The table to read, and how. */
public final class TableOptions {
    /** A strongly consistent read of an item of up to 4 KB. */
    private static final double UNITS_OF_AN_ITEM = 1;

    private final Environment environment;

    @Option(names = "--table", paramLabel = "TABLE", description = "The table, by name or ARN. Default: WRITER_TABLE.")
    private String table;

    @Option(
            names = "--read-units",
            paramLabel = "N",
            defaultValue = "0",
            description = "The read units to consume per second, on average. Default: no limit but the table's.")
    private double readUnits;

    @Option(
            names = "--eventually-consistent",
            description = "Reads cost half as much, and may miss the writes of the last second.")
    private boolean eventuallyConsistent;

    @Option(
            names = "--whole-table",
            description = "Scan the table, and report items that no record accounts for. Costs read units for the whole"
                    + " table in addition.")
    private boolean wholeTable;

    @Option(
            names = "--patience-s",
            paramLabel = "S",
            defaultValue = "120",
            description = "How long to wait for a table from which nothing can be read, for transactions that are open"
                    + " on the lane, and for leaders. Default: ${DEFAULT-VALUE}.")
    private int patienceS;

    /** @param environment with the writer's own variables */
    public TableOptions(Environment environment) {
        this.environment = environment;
    }

    /** @throws StartupException if no table is given */
    String table() {
        return environment
                .orVariable(table, "WRITER_TABLE")
                .orElseThrow(
                        () -> new StartupException("--table", "not given", "Name the table, here or in WRITER_TABLE."));
    }

    /** An unused budget for all reads. */
    ReadBudget budget() {
        if (!(readUnits >= 0)) {
            throw new StartupException("--read-units=" + readUnits, "not valid", "Use a number above 0.");
        }
        double perItem = eventuallyConsistent ? UNITS_OF_AN_ITEM / 2 : UNITS_OF_AN_ITEM;
        return new ReadBudget(readUnits == 0 ? Double.POSITIVE_INFINITY : readUnits, perItem);
    }

    boolean isConsistent() {
        return !eventuallyConsistent;
    }

    boolean wholeTable() {
        return wholeTable;
    }

    /** @throws StartupException if it is negative */
    Duration patience() {
        if (patienceS < 0) {
            throw new StartupException("--patience-s=" + patienceS, "not valid", "Use 0 or more seconds.");
        }
        return Duration.ofSeconds(patienceS);
    }
}
