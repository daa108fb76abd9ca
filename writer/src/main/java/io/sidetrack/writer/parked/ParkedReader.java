package io.sidetrack.writer.parked;

import io.sidetrack.common.record.ParkedBy;
import io.sidetrack.common.topic.IdentityWatch;
import io.sidetrack.common.topic.TopicIdentity;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The name of the writers that read a lane, as parked records contain it. Built once, and again if the lane is another one: a paused
 * backfill can have millions of records. Used by one thread.
 */
public final class ParkedReader implements Supplier<Optional<String>> {
    private final String group;
    private final IdentityWatch lane;
    private TopicIdentity named;
    private Optional<String> name = Optional.empty();

    /** @param group the writers' consumer group */
    public ParkedReader(String group, IdentityWatch lane) {
        this.group = group;
        this.lane = lane;
    }

    /** The name; empty if the lane may have been created again. */
    @Override
    public Optional<String> get() {
        Optional<TopicIdentity> now = lane.recent();
        if (now.isEmpty()) {
            return Optional.empty();
        }
        if (!now.get().equals(named)) {
            named = now.get();
            name = Optional.of(ParkedBy.reader(group, named));
        }
        return name;
    }
}
