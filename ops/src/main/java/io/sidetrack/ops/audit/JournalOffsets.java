package io.sidetrack.ops.audit;

import io.sidetrack.common.record.ParkedBy;
import io.sidetrack.common.topic.TopicIdentity;
import io.sidetrack.ops.copy.CopyState;
import io.sidetrack.ops.copy.JournalTopic;
import io.sidetrack.ops.copy.ParkedCopyId;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the journal of copies records at one moment.
 *
 * @param lane the backfill lane
 * @param states by id
 */
record JournalOffsets(String lane, Map<String, CopyState> states) implements CopiedOffsets {
    /**
     * Reads the journal.
     *
     * @param parked the identity of the parked topic: offsets mean nothing in another topic of the same name
     * @param backfills the names of the backfills
     * @throws io.sidetrack.ops.OpsException if it cannot be read
     */
    static CopiedOffsets read(JournalTopic journal, String lane, TopicIdentity parked, Collection<String> backfills) {
        Set<String> ids = new HashSet<>();
        for (String backfill : backfills) {
            for (ParkedBy by : ParkedBy.values()) {
                ids.add(ParkedCopyId.of(lane, backfill, by));
            }
        }
        Map<String, CopyState> states = journal.read(ids);
        states.values().removeIf(state -> !state.run().source().matches(parked));
        return new JournalOffsets(lane, states);
    }

    @Override
    public long next(String backfill, ParkedBy by, int partition) {
        CopyState state = states.get(ParkedCopyId.of(lane, backfill, by));
        return state == null || !state.run().slice().ranges().containsKey(partition)
                ? 0
                : state.progress(partition).next();
    }
}
