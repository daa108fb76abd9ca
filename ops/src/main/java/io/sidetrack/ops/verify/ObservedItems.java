package io.sidetrack.ops.verify;

import io.sidetrack.mapping.item.VersionStamp;
import io.sidetrack.mapping.model.Version;
import io.sidetrack.mapping.settings.GuardSettings;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Takes items of the table apart: content, version, and whether an item is a marker. Not thread-safe. */
final class ObservedItems {
    private final GuardSettings guard;
    private final Set<String> own;
    private final ContentDigester digester = new ContentDigester();

    ObservedItems(GuardSettings guard) {
        this.guard = guard;
        this.own = own(guard);
    }

    /** The attributes that the writer adds to items. */
    static Set<String> own(GuardSettings guard) {
        return guard.versionAttribute().map(VersionStamp::attributes).orElse(Set.of());
    }

    /** True for an attribute of a marker that the writer adds. */
    static boolean isOfMarker(GuardSettings guard, Set<String> own, String name) {
        return own.contains(name)
                || guard.marker()
                        .filter(marker -> marker.attribute().equals(name))
                        .isPresent();
    }

    Observed of(Map<String, AttributeValue> item) {
        boolean isMarker = guard.versionAttribute()
                .map(VersionStamp::deletedAttribute)
                .map(item::get)
                .filter(value -> Boolean.TRUE.equals(value.bool()))
                .isPresent();
        return new Observed(
                isMarker,
                guard.versionAttribute().flatMap(name -> version(item, name)),
                digester.of(item, name -> isMarker ? isOfMarker(guard, own, name) : own.contains(name)));
    }

    private static Optional<Version> version(Map<String, AttributeValue> item, String name) {
        Optional<BigDecimal> number = number(item.get(name));
        Optional<BigDecimal> tie = number(item.get(VersionStamp.tieAttribute(name)));
        // An item without either counts as older than any record, as for the writer.
        return number.isEmpty() || tie.isEmpty()
                ? Optional.empty()
                : Optional.of(new Version(number.get(), tie.get().longValue()));
    }

    private static Optional<BigDecimal> number(AttributeValue value) {
        return Optional.ofNullable(value).map(AttributeValue::n).map(BigDecimal::new);
    }
}
