package io.sidetrack.router.lane;

import java.util.Optional;
import org.apache.kafka.common.header.Headers;

/** One way to tell a record's lane. Stateless; must not throw, whatever is in the record. */
public interface Rule {
    /** What the rule is called in metrics. */
    String name();

    /** The lane; empty if the rule has nothing to say of this record. */
    Optional<Lane> lane(Headers headers);
}
