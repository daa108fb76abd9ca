package io.sidetrack.writer.item;

import io.sidetrack.writer.model.SourceRecord;
import java.math.BigDecimal;

/** Where a record's version comes from. Stateless, and so safe for any thread. */
public interface VersionSource {
    /**
     * The number that orders a record among all of its key.
     *
     * @throws RejectedException if the record has none: it could be compared with no other
     */
    BigDecimal number(SourceRecord source) throws RejectedException;

    /** The same source, with a limit for versions that are times; plain numbers cannot be compared to a clock. */
    default VersionSource within(FutureLimit limit) {
        return this;
    }
}
