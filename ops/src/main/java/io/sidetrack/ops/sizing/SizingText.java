package io.sidetrack.ops.sizing;

import io.sidetrack.ops.JsonObject;
import io.sidetrack.ops.cost.Cost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Plans as text for people. Pure. */
final class SizingText {
    private static final int HOURS_OF_A_MONTH = 730;

    private SizingText() {}

    /** What is to be done. */
    static String load(SizingInput load) {
        return text(
                "%,d records of %,d bytes, %s write units each, %.0f ms a batch, live traffic %,.0f/s",
                load.records(), load.itemBytes(), number(load.unitsPerItem()), load.latencyMs(), load.liveRate());
    }

    /**
     * A plan.
     *
     * @param name what the plan is
     * @param partitionPrice of a partition and hour, in US dollars; empty if partitions have no price
     */
    static List<String> plan(String name, SizingInput load, Sizing sizing, OptionalDouble partitionPrice) {
        List<String> lines = new ArrayList<>();
        lines.add(text(
                "%s%s, at %,.0f records/s%s",
                column(name), time(sizing.duration()), sizing.rate(), sizing.inTime() ? "" : ": not in time"));
        lines.add(column("  limit") + limit(load, sizing));
        lines.add(column("  table")
                + text(
                        "%,.0f write units/s for the backfill, %,.0f with live traffic",
                        sizing.units(), sizing.units() + load.liveRate() * load.unitsPerItem()));
        lines.add(column("  topic")
                + text(
                        "%d partitions, %,.0f records/s each",
                        sizing.partitions(), sizing.rate() / sizing.partitions()));
        partitionPrice.ifPresent(price -> lines.add(column("  lane")
                + text(
                        "%s for its partitions until then, %s a month for as long as the lane exists",
                        Cost.dollars(untilThen(sizing, price)), Cost.dollars(perMonth(sizing, price)))));
        lines.add("  settings of " + (load.instances() == 1 ? "the writer" : "each of " + load.instances() + " writers")
                + " of the backfill lane:");
        lines.add("    WRITER_MAX_IN_FLIGHT=" + sizing.inFlight());
        lines.add("    WRITER_FLUSH_INTERVAL_MS=" + sizing.flushInterval().toMillis());
        if (load.partitions().isEmpty()) {
            lines.add("  lane: sidetrack provision --backfill-partitions " + sizing.partitions());
        }
        return lines;
    }

    private static double untilThen(Sizing sizing, double partitionPrice) {
        return sizing.partitions() * partitionPrice * hours(sizing.duration());
    }

    private static double perMonth(Sizing sizing, double partitionPrice) {
        return sizing.partitions() * partitionPrice * HOURS_OF_A_MONTH;
    }

    /**
     * What is to be done, the plans and the price, for programs.
     *
     * @param partitionPrice of a partition and hour, in US dollars; empty if partitions have no price
     */
    static JsonObject json(
            SizingInput load, Sizing cheapest, Sizing fastest, OptionalDouble partitionPrice, Cost cost) {
        List<JsonObject> plans = new ArrayList<>();
        if (cheapest.rate() > 0) {
            if (fastest.rate() > cheapest.rate()) {
                plans.add(json("fastest", fastest, partitionPrice));
            }
            plans.add(json("cheapest", cheapest, partitionPrice));
        }
        return new JsonObject()
                .put("records", load.records())
                .put("itemBytes", load.itemBytes())
                .put("writeUnitsPerItem", load.unitsPerItem())
                .put("liveRate", load.liveRate())
                .put("inTime", cheapest.inTime())
                .put("plans", plans)
                .put("cost", cost.json());
    }

    private static JsonObject json(String name, Sizing sizing, OptionalDouble partitionPrice) {
        JsonObject json = new JsonObject()
                .put("name", name)
                .put("seconds", sizing.duration().toMillis() / 1000.0)
                .put("recordsPerSecond", sizing.rate())
                .put("writeUnitsPerSecond", sizing.units())
                .put("partitions", sizing.partitions())
                .put("maxInFlight", sizing.inFlight())
                .put("flushIntervalMs", sizing.flushInterval().toMillis())
                .put("limit", sizing.limit().name().toLowerCase(Locale.ROOT))
                .put("inTime", sizing.inTime());
        partitionPrice.ifPresent(price -> json.put("partitionDollars", untilThen(sizing, price))
                .put("partitionDollarsPerMonth", perMonth(sizing, price)));
        return json;
    }

    /** Without decimals that are 0. */
    private static String number(double value) {
        return text(value == Math.rint(value) ? "%,.0f" : "%,.2f", value);
    }

    private static String column(String name) {
        return text("%-10s", name);
    }

    private static double hours(Duration time) {
        return time.toMillis() / 3_600_000.0;
    }

    private static String limit(SizingInput load, Sizing sizing) {
        return switch (sizing.limit()) {
            case DEADLINE -> "the deadline: a shorter one is possible";
            case TABLE -> "the table: more write units make it faster";
            case LATENCY -> "latency: a writer has at most 10,000 batches in flight; add instances" + unknown(load);
            case TOPIC -> "the topic: " + load.partitions().orElseThrow() + " partitions; grow it" + unknown(load);
            case WRITERS -> "the writers: about 50,000 records/s each; add instances" + unknown(load);
        };
    }

    /** Without the table's limit, a plan may cause throttling. */
    private static String unknown(SizingInput load) {
        return load.tableUnits().isPresent() ? "" : "; the table's limit is not known (--table-units)";
    }

    private static String time(Duration time) {
        double seconds = time.toMillis() / 1000.0;
        if (seconds >= 2 * 86_400) {
            return text("%.1f days", seconds / 86_400);
        }
        return seconds >= 7200 ? text("%.1f hours", seconds / 3600) : text("%.1f minutes", seconds / 60);
    }

    private static String text(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
