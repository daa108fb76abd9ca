package io.sidetrack.ops.verify;

import io.sidetrack.mapping.model.Version;
import java.util.Optional;

/**
 * An item of the table.
 *
 * @param isMarker true for the marker of a deleted item
 * @param version empty if the item has none, or none that the guard can compare
 * @param content without the attributes that the writer adds
 */
record Observed(boolean isMarker, Optional<Version> version, Content content) {}
