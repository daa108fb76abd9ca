package io.sidetrack.ops.steering;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The write units that a group uses.
 *
 * @param instances the number of writers
 * @param perSecond the units that they were charged per second, together
 * @param limits the limits of the lane that the writers apply, in ascending order; one, unless a change is in progress or their
 *     settings differ
 */
public record UnitsUse(int instances, double perSecond, List<Double> limits) {
    /** One line, such as {@code write units of the group: 987/s used by 3 instances, limit 1,000/s}. */
    public String text() {
        String texts = limits.stream().map(UnitsUse::text).collect(Collectors.joining(" or "));
        return String.format(
                Locale.ROOT,
                "write units of the group: %,.0f/s used by %d instance%s, %s",
                perSecond,
                instances,
                instances == 1 ? "" : "s",
                limits.size() > 1 ? texts + " (the instances differ)" : texts);
    }

    private static String text(Double limit) {
        if (limit.isNaN()) {
            return "a limit for each instance (earlier build)";
        }
        return limit.isInfinite() ? "no limit" : String.format(Locale.ROOT, "limit %,.0f/s", limit);
    }

    /** The same as JSON values. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("instances", instances);
        json.put("perSecond", perSecond);
        json.put("limits", limits.stream().filter(Double::isFinite).toList());
        return json;
    }
}
