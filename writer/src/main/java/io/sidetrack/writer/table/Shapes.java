package io.sidetrack.writer.table;

import io.sidetrack.mapping.item.ItemJson;
import io.sidetrack.mapping.item.NamesCache;
import io.sidetrack.mapping.model.TableSchema;
import java.util.Optional;

/** The statements for items, by their attribute names; those of the most recent shapes are kept. Thread-safe. */
final class Shapes {
    private final NamesCache<Shape> returning;
    private final NamesCache<Shape> silent;
    private final ReturnedValues returnedValues = new ReturnedValues();
    private final boolean possible;

    /** @param guard the attributes by which existing items are compared; empty if existing items are kept */
    Shapes(TableSchema schema, Optional<GuardAttributes> guard) {
        this.returning = new NamesCache<>(names -> new Shape(names, schema, guard, true));
        this.silent = new NamesCache<>(names -> new Shape(names, schema, guard, false));
        // PartiQL does not support an ARN in place of a table's name.
        this.possible = !schema.table().startsWith("arn:");
    }

    /** Whether items of this table can be written by statements. */
    boolean arePossible() {
        return possible;
    }

    /** Whether updates return the attributes that an item had. */
    ReturnedValues returnedValues() {
        return returnedValues;
    }

    Shape of(byte[] item, ItemJson.Spans spans) {
        return (returnedValues.areRequested() ? returning : silent).get(item, spans);
    }
}
