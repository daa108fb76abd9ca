package io.sidetrack.writer.table;

import io.sidetrack.mapping.item.VersionStamp;

/**
 * The names of the attributes by which items are compared. They consist of letters, digits, '_', '-' and '.'.
 *
 * @param version the version's number
 * @param tie decides between items with the same version
 * @param shape the fingerprint of the item's attribute names
 */
record GuardAttributes(String version, String tie, String shape) {
    static GuardAttributes of(String versionAttribute) {
        return new GuardAttributes(
                versionAttribute,
                VersionStamp.tieAttribute(versionAttribute),
                VersionStamp.shapeAttribute(versionAttribute));
    }
}
