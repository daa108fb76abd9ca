package io.sidetrack.mapping.item;

import io.sidetrack.mapping.model.SourceRecord;
import java.math.BigDecimal;

/** Determines a record's version. Stateless, and therefore thread-safe. */
public interface VersionSource {
    /**
     * Returns the number that orders a record among all records of its key.
     *
     * @throws RejectedException if the record has no version, and so cannot be compared with others
     */
    BigDecimal number(SourceRecord source) throws RejectedException;

    /** Returns this source with a limit for versions that are times; plain numbers cannot be compared with a clock. */
    default VersionSource within(FutureLimit limit) {
        return this;
    }
}
