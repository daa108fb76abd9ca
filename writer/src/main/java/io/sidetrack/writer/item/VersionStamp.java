package io.sidetrack.writer.item;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sidetrack.common.lane.Lane;
import io.sidetrack.writer.model.SourceRecord;
import io.sidetrack.writer.model.Version;
import io.sidetrack.writer.model.Write;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What the writer adds to an item so that a later write of its key can be compared with it: the version, and what decides
 * between two of the same. A delete may leave a marker that has the same, because nothing can be compared with an item that
 * is not there. Immutable, and so safe for any thread if its clock is.
 */
public final class VersionStamp {
    private static final String TIE_SUFFIX = "_tie";
    private static final String DELETED_SUFFIX = "_deleted";

    private final VersionSource versions;
    private final Lane lane;
    private final String versionAttribute;
    private final Optional<Marker> marker;
    private final Clock clock;

    /**
     * What stays of a deleted item for a while.
     *
     * @param ttl how long, from when the delete is read
     * @param attribute the table's time-to-live attribute: DynamoDB removes the marker by it
     */
    public record Marker(Duration ttl, String attribute) {}

    /** @param versionAttribute of letters, digits, '_', '-' and '.', which need no escaping */
    public VersionStamp(
            VersionSource versions, Lane lane, String versionAttribute, Optional<Marker> marker, Clock clock) {
        this.versions = versions;
        this.lane = lane;
        this.versionAttribute = versionAttribute;
        this.marker = marker;
        this.clock = clock;
    }

    /** The attribute that decides between two items of the same version. */
    public static String tieAttribute(String versionAttribute) {
        return versionAttribute + TIE_SUFFIX;
    }

    /** The attribute that only a marker has. */
    public static String deletedAttribute(String versionAttribute) {
        return versionAttribute + DELETED_SUFFIX;
    }

    /** The attributes that are the writer's own, if it keeps the version in this one. */
    public static Set<String> attributes(String versionAttribute) {
        return Set.of(versionAttribute, tieAttribute(versionAttribute), deletedAttribute(versionAttribute));
    }

    /** The attributes that are the writer's own: what a value has by these names is left out. */
    Set<String> attributes() {
        return attributes(versionAttribute);
    }

    /**
     * The write with its version.
     *
     * @throws RejectedException if the record has no version
     */
    Write on(Write write) throws RejectedException {
        SourceRecord source = write.source();
        Version version = Version.of(versions.number(source), lane, source.offset());
        boolean isDelete = write.kind() == Write.Kind.DELETE;
        if (isDelete && marker.isEmpty()) {
            return new Write(write.key(), Write.Kind.DELETE, write.json(), write.itemBytes(), version, source);
        }
        StringBuilder more = new StringBuilder(96);
        int bytes = write.itemBytes();
        bytes += number(more, versionAttribute, version.number().toString());
        bytes += number(more, tieAttribute(versionAttribute), Long.toString(version.tie()));
        if (isDelete) {
            String deleted = deletedAttribute(versionAttribute);
            more.append(",\"").append(deleted).append("\":{\"BOOL\":true}");
            bytes += deleted.length() + 1;
            bytes += number(
                    more,
                    marker.get().attribute(),
                    Long.toString(clock.instant().plus(marker.get().ttl()).getEpochSecond()));
        }
        return new Write(write.key(), Write.Kind.PUT, with(write.json(), more), bytes, version, source);
    }

    /** @return what it adds to the item's size */
    private static int number(StringBuilder to, String name, String number) {
        to.append(",\"").append(name).append("\":{\"N\":\"").append(number).append("\"}");
        return name.length() + NumberText.bytes(number.length());
    }

    /** Every item and key has an attribute, so what is added follows a comma. */
    private static byte[] with(byte[] json, CharSequence more) {
        byte[] added = more.toString().getBytes(US_ASCII);
        byte[] all = new byte[json.length + added.length];
        System.arraycopy(json, 0, all, 0, json.length - 1);
        System.arraycopy(added, 0, all, json.length - 1, added.length);
        all[all.length - 1] = '}';
        return all;
    }
}
