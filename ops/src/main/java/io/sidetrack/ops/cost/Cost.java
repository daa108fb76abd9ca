package io.sidetrack.ops.cost;

import io.sidetrack.ops.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * The price of a backfill's writes. Pure.
 *
 * @param units the write units
 * @param price of a million write units, in US dollars
 * @param max the limit, in US dollars; empty for none
 * @param importBytes the size of the data, if the table is new and empty
 */
public record Cost(WriteModel.Units units, double price, OptionalDouble max, OptionalDouble importBytes) {
    /** The price of an import from S3 in us-east-1, in US dollars for a GB of uncompressed data. */
    private static final double IMPORT_PRICE = 0.15;

    private static final double MILLION = 1e6;
    private static final double GB = 1L << 30;

    /** The price of all write units, in US dollars. */
    public double dollars() {
        return units.total() / MILLION * price;
    }

    /** True if the price exceeds the limit. */
    public boolean isTooHigh() {
        return max.isPresent() && dollars() > max.getAsDouble();
    }

    /** The price for people. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(text(
                "%,.0f write units, %s at $%s per million", units.total(), dollars(dollars()), Double.toString(price)));
        if (units.failed() > 0) {
            lines.add(text("%,.0f of them for inserts of keys that exist, at most", units.failed()));
        }
        if (isTooHigh()) {
            lines.add("more than --max-cost=" + max.getAsDouble());
        }
        importBytes.ifPresent(bytes -> lines.add(text(
                "an import from S3 into a new table consumes no write units and costs about %s (%,.1f GB at $%s per"
                        + " GB); it is the better way if nothing writes to the table yet, because it creates the table",
                dollars(bytes / GB * IMPORT_PRICE), bytes / GB, Double.toString(IMPORT_PRICE))));
        return lines;
    }

    /** The price for programs. */
    public JsonObject json() {
        return new JsonObject()
                .put("writeUnits", units.total())
                .put("failedUnits", units.failed())
                .put("dollarsPerMillion", price)
                .put("dollars", dollars())
                .put("tooHigh", isTooHigh())
                .put(
                        "importDollars",
                        importBytes.stream()
                                .map(bytes -> bytes / GB * IMPORT_PRICE)
                                .findFirst());
    }

    /** An amount of US dollars. */
    public static String dollars(double amount) {
        return text(amount > 0 && amount < 0.01 ? "$%.4f" : "$%,.2f", amount);
    }

    private static String text(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
