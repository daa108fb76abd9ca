package io.sidetrack.mapping.item;

import io.sidetrack.common.lane.Lane;
import io.sidetrack.mapping.item.ItemJson.Attribute;
import io.sidetrack.mapping.model.IndexEntries;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.mapping.model.Version;
import io.sidetrack.mapping.model.Write;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Adds a record's version to its item, so that a later write of the same key can be compared with it: the version's number,
 * and the tie-breaker between records with the same number. A third attribute is the {@link ShapeFingerprint} of the item,
 * by which a later write knows whether an update replaces all attributes of the item. A delete may leave a marker with the
 * same attributes, because a write cannot be compared with an item that does not exist. Thread-safe if its clock is.
 */
public final class VersionStamp {
    private static final String TIE_SUFFIX = "_tie";
    private static final String DELETED_SUFFIX = "_deleted";
    private static final String SHAPE_SUFFIX = "_shape";

    private final VersionSource versions;
    private final Lane lane;
    private final String versionAttribute;
    private final String tieAttribute;
    private final String deletedAttribute;
    private final Optional<Marker> marker;
    private final Clock clock;
    private final NamesCache<Attribute> shapes;
    private final NamesCache<Attribute> markerShapes;

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
        this.shapes = shapes(List.of(versionAttribute, tieAttribute));
        this.markerShapes = shapes(List.of(
                versionAttribute,
                tieAttribute,
                deletedAttribute,
                marker.map(Marker::attribute).orElse("")));
    }

    /** The fingerprints of items, by the names of their own attributes. */
    private NamesCache<Attribute> shapes(List<String> added) {
        String shapeAttribute = shapeAttribute(versionAttribute);
        return new NamesCache<>(names -> {
            List<String> all = new ArrayList<>(names);
            all.addAll(added);
            return Attribute.string(shapeAttribute, ShapeFingerprint.of(all));
        });
    }

    /** Returns the attribute that decides between two items with the same version. */
    public static String tieAttribute(String versionAttribute) {
        return versionAttribute + TIE_SUFFIX;
    }

    /** Returns the attribute that only a marker has. */
    public static String deletedAttribute(String versionAttribute) {
        return versionAttribute + DELETED_SUFFIX;
    }

    /** Returns the attribute that holds the fingerprint of an item's attribute names. */
    public static String shapeAttribute(String versionAttribute) {
        return versionAttribute + SHAPE_SUFFIX;
    }

    /** Returns the attributes that belong to the writer if it keeps the version in this attribute. */
    public static Set<String> attributes(String versionAttribute) {
        return Set.of(
                versionAttribute,
                tieAttribute(versionAttribute),
                deletedAttribute(versionAttribute),
                shapeAttribute(versionAttribute));
    }

    /** Returns the attributes that belong to the writer: fields of a value with these names are omitted. */
    Set<String> attributes() {
        return attributes(versionAttribute);
    }

    /** Whether a delete leaves a marker, which is an item. */
    boolean leavesMarker() {
        return marker.isPresent();
    }

    /**
     * Returns the write with its version, and with the entries of its item in secondary indexes.
     *
     * @param sizes of the item without its version; changed
     * @throws RejectedException if the record has no version
     */
    Write on(Write write, IndexSchema indexes, IndexSchema.Sizes sizes) throws RejectedException {
        SourceRecord source = write.source();
        Version version = Version.of(versions.number(source), lane, source.offset());
        Attribute number = Attribute.number(versionAttribute, version.number().toString());
        Attribute tie = Attribute.number(tieAttribute, Long.toString(version.tie()));
        if (write.kind() == Write.Kind.PUT) {
            return put(write, version, shapes, indexes, sizes, number, tie);
        }
        if (marker.isPresent()) {
            long expires = clock.instant().plus(marker.get().ttl()).getEpochSecond();
            Attribute ttl = Attribute.number(marker.get().attribute(), Long.toString(expires));
            Write put = put(
                    write, version, markerShapes, indexes, sizes, number, tie, Attribute.ofTrue(deletedAttribute), ttl);
            // The marker replaces an item, which leaves the indexes that it is in.
            return put.with(
                    new IndexEntries(write.entries().indexes(), put.entries().writeUnits()));
        }
        return new Write(
                write.key(), Write.Kind.DELETE, write.json(), write.itemBytes(), version, source, write.entries());
    }

    private static Write put(
            Write write,
            Version version,
            NamesCache<Attribute> shapes,
            IndexSchema indexes,
            IndexSchema.Sizes sizes,
            Attribute... added) {
        List<Attribute> all = new ArrayList<>(added.length + 1);
        int bytes = write.itemBytes();
        for (Attribute attribute : added) {
            all.add(attribute);
            bytes += attribute.bytes();
            sizes.set(indexes.number(attribute.name()), attribute.bytes());
        }
        Attribute shape = shapes.get(write.json(), ItemJson.spans(write.json()));
        // An item must not become too large because of an attribute that it can do without.
        if (bytes + shape.bytes() <= ItemMapper.MAX_ITEM_BYTES) {
            all.add(shape);
            bytes += shape.bytes();
            sizes.set(indexes.number(shape.name()), shape.bytes());
        }
        byte[] json = ItemJson.with(write.json(), all);
        return new Write(
                write.key(), Write.Kind.PUT, json, bytes, version, write.source(), indexes.entries(sizes, bytes));
    }
}
