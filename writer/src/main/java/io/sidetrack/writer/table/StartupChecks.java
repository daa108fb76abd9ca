package io.sidetrack.writer.table;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.table.GlobalTable;
import io.sidetrack.mapping.item.VersionStamp;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.TableSchema;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.MultiRegionConsistency;
import software.amazon.awssdk.services.dynamodb.model.ReplicaDescription;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

/**
 * The requirements on a table at startup. Refuses a table in which writes would fail or destroy data, and warns of conditions
 * that an operator should know. Pure functions.
 */
final class StartupChecks {
    private static final String TABLE = "WRITER_TABLE";
    private static final String VERSION_ATTRIBUTE = "WRITER_VERSION_ATTRIBUTE";
    private static final String TTL_ATTRIBUTE = "WRITER_TOMBSTONE_TTL_ATTRIBUTE";

    private StartupChecks() {}

    /**
     * Checks that a table can be written in its status.
     *
     * @param text the status in DynamoDB's response
     * @return a warning, if any
     * @throws StartupException if the table cannot be written
     */
    static Optional<String> status(String table, TableStatus status, String text) {
        return switch (status) {
            case ACTIVE, UPDATING -> Optional.empty();
            case CREATING ->
                throw refused(table, "the table is still being created", "Start the writer when it is ACTIVE.");
            case DELETING ->
                throw refused(table, "the table is being deleted", "Create it again, or correct " + TABLE + ".");
            case ARCHIVING, ARCHIVED ->
                throw refused(
                        table,
                        "the table is archived, because its encryption key was inaccessible for a long time",
                        "Restore it from its backup, or correct " + TABLE + ".");
            case INACCESSIBLE_ENCRYPTION_CREDENTIALS ->
                throw refused(
                        table,
                        "DynamoDB cannot use the table's encryption key",
                        "Enable the key in AWS KMS and allow DynamoDB to use it.");
            case REPLICATION_NOT_AUTHORIZED ->
                Optional.of(
                        "table %s: its replication is not authorized, so other regions do not receive the writes of this"
                                        .formatted(table)
                                + " region; correct the permissions of the global table");
            case UNKNOWN_TO_SDK_VERSION ->
                Optional.of(
                        "table %s: its status %s is unknown to this version of the writer, which tries to write to it"
                                .formatted(table, text));
        };
    }

    /** Returns a warning if other regions can write the table too, so that versions are not compared everywhere. */
    static Optional<String> replicas(String table, TableDescription description) {
        List<String> regions = description.replicas().stream()
                .map(ReplicaDescription::regionName)
                .toList();
        boolean isStrong = description.multiRegionConsistency() == MultiRegionConsistency.STRONG;
        return new GlobalTable(regions, isStrong).warning().map(warning -> "table %s: %s; %s"
                .formatted(table, warning, GlobalTable.REMEDY));
    }

    /**
     * A table's time-to-live setting.
     *
     * @param attribute the attribute; empty if there is none
     */
    record TimeToLive(TimeToLiveStatus status, Optional<String> attribute) {
        private boolean isOn() {
            return status == TimeToLiveStatus.ENABLED || status == TimeToLiveStatus.ENABLING;
        }
    }

    /**
     * Checks that time to live removes the markers of deleted items, and no other items.
     *
     * @param versionAttribute the attribute that holds an item's version
     * @param marker the marker that replaces a deleted item, if any
     * @return a warning, if any
     * @throws StartupException if DynamoDB would delete items by their version
     */
    static Optional<String> timeToLive(
            TableSchema schema, String versionAttribute, Optional<VersionStamp.Marker> marker, TimeToLive timeToLive) {
        Optional<String> active = timeToLive.attribute.filter(name -> timeToLive.isOn());
        if (active.filter(List.of(versionAttribute, VersionStamp.tieAttribute(versionAttribute))::contains)
                .isPresent()) {
            throw new StartupException(
                    VERSION_ATTRIBUTE + "=" + versionAttribute,
                    "%s is the table's time-to-live attribute, so DynamoDB would delete items by their version"
                            .formatted(active.get()),
                    "Set it to another attribute, or disable time to live on this one.");
        }
        return marker.map(VersionStamp.Marker::attribute)
                .filter(wanted -> !active.equals(Optional.of(wanted)))
                .map(wanted -> "table %s: the markers of deleted items stay forever, because time to live %s. %s"
                        .formatted(schema.table(), found(timeToLive, active), remedy(schema, wanted, active)));
    }

    /** The warning if the table's time to live cannot be read. */
    static String uncheckedTimeToLive(String table, String code) {
        String remedy = code.startsWith("AccessDenied")
                ? "allow dynamodb:DescribeTimeToLive on it"
                : "check it with `aws dynamodb describe-time-to-live`";
        return "table %s: its time to live cannot be read (%s), so it is unknown whether the markers of deleted items expire; %s"
                .formatted(table, code, remedy);
    }

    private static String found(TimeToLive timeToLive, Optional<String> active) {
        return active.map(name -> "is enabled on " + name)
                .orElseGet(() -> timeToLive.status == TimeToLiveStatus.UNKNOWN_TO_SDK_VERSION
                        ? "has a status that is unknown to this version of the writer"
                        : "is disabled");
    }

    /** A table has at most one time-to-live attribute, and the marker's attribute cannot be part of the key. */
    private static String remedy(TableSchema schema, String wanted, Optional<String> active) {
        String enable = "Enable it on " + wanted;
        return active.filter(name ->
                        schema.keyAttributes().stream().map(KeyAttribute::name).noneMatch(name::equals))
                .map(name -> enable + ", or set " + TTL_ATTRIBUTE + "=" + name)
                .orElse(enable);
    }

    private static StartupException refused(String table, String problem, String remedy) {
        return new StartupException(TABLE + "=" + table, problem, remedy);
    }
}
