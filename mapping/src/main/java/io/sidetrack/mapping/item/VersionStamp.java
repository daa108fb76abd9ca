package io.sidetrack.mapping.item;

import io.sidetrack.common.lane.Lane;
import io.sidetrack.mapping.item.ItemJson.Attribute;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.mapping.model.Version;
import io.sidetrack.mapping.model.Write;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Adds a record's version to its item, so that a later write of the same key can be compared with it: the version's number,
 * and the tie-breaker between records with the same number. A delete may leave a marker with the same attributes, because a
 * write cannot be compared with an item that does not exist. Immutable, and thread-safe if its clock is.
 */
public final class VersionStamp {
    private static final String TIE_SUFFIX = "_tie";
    private static final String DELETED_SUFFIX = "_deleted";

    private final VersionSource versions;
    private final Lane lane;
    private final String versionAttribute;
    private final String tieAttribute;
    private final String deletedAttribute;
    private final Optional<Marker> marker;
    private final Clock clock;

    /**
     * What remains of a deleted item for a while.
     *
     * @param ttl how long the marker is kept, counted from when the delete is read
     * @param attribute the table's time-to-live attribute, by which DynamoDB removes the marker
     */
    public record Marker(Duration ttl, String attribute) {}

    /**
     * @param versionAttribute consists of letters, digits, '_', '-' and '.', which need no escaping
     * @param marker what a delete leaves; empty if it removes the item
     */
    public VersionStamp(
            VersionSource versions, Lane lane, String versionAttribute, Optional<Marker> marker, Clock clock) {
        this.versions = versions;
        this.lane = lane;
        this.versionAttribute = versionAttribute;
        this.tieAttribute = tieAttribute(versionAttribute);
        this.deletedAttribute = deletedAttribute(versionAttribute);
        this.marker = marker;
        this.clock = clock;
    }

    /** Returns the attribute that decides between two items with the same version. */
    public static String tieAttribute(String versionAttribute) {
        return versionAttribute + TIE_SUFFIX;
    }

    /** Returns the attribute that only a marker has. */
    public static String deletedAttribute(String versionAttribute) {
        return versionAttribute + DELETED_SUFFIX;
    }

    /** Returns the attributes that belong to the writer if it keeps the version in this attribute. */
    public static Set<String> attributes(String versionAttribute) {
        return Set.of(versionAttribute, tieAttribute(versionAttribute), deletedAttribute(versionAttribute));
    }

    /** Returns the attributes that belong to the writer: fields of a value with these names are omitted. */
    Set<String> attributes() {
        return attributes(versionAttribute);
    }

    /**
     * Returns the write with its version.
     *
     * @throws RejectedException if the record has no version
     */
    Write on(Write write) throws RejectedException {
        SourceRecord source = write.source();
        Version version = Version.of(versions.number(source), lane, source.offset());
        Attribute number = Attribute.number(versionAttribute, version.number().toString());
        Attribute tie = Attribute.number(tieAttribute, Long.toString(version.tie()));
        if (write.kind() == Write.Kind.PUT) {
            return put(write, version, number, tie);
        }
        if (marker.isPresent()) {
            long expires = clock.instant().plus(marker.get().ttl()).getEpochSecond();
            Attribute ttl = Attribute.number(marker.get().attribute(), Long.toString(expires));
            return put(write, version, number, tie, Attribute.ofTrue(deletedAttribute), ttl);
        }
        return new Write(write.key(), Write.Kind.DELETE, write.json(), write.itemBytes(), version, source);
    }

    private static Write put(Write write, Version version, Attribute... added) {
        int bytes = write.itemBytes();
        for (Attribute attribute : added) {
            bytes += attribute.bytes();
        }
        byte[] json = ItemJson.with(write.json(), added);
        return new Write(write.key(), Write.Kind.PUT, json, bytes, version, write.source());
    }
}
