package io.sidetrack.writer.table;

import io.sidetrack.mapping.item.ItemJson;
import io.sidetrack.mapping.item.NamesCache;
import io.sidetrack.mapping.model.TableSchema;
import java.util.Optional;

/** The statements for items, by their attribute names; those of the most recent shapes are kept. Thread-safe. */
final class Shapes {
    private final NamesCache<Shape> cache;
    private final boolean possible;

    /** @param guard the attributes by which existing items are compared; empty if existing items are kept */
    Shapes(TableSchema schema, Optional<GuardAttributes> guard) {
        this.cache = new NamesCache<>(names -> new Shape(names, schema, guard));
        // PartiQL does not support an ARN in place of a table's name.
        this.possible = !schema.table().startsWith("arn:");
    }

    /** Whether items of this table can be written by statements. */
    boolean arePossible() {
        return possible;
    }

    Shape of(byte[] item, ItemJson.Spans spans) {
        return cache.get(item, spans);
    }
}
