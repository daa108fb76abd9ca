package io.sidetrack.ops.verify;

import static io.sidetrack.ops.verify.Entry.Phase.LATER;
import static io.sidetrack.ops.verify.Entry.Phase.SELECTED;
import static io.sidetrack.ops.verify.Entry.Phase.SELECTED_PENDING;
import static io.sidetrack.ops.verify.Samples.item;
import static io.sidetrack.ops.verify.Samples.marker;
import static io.sidetrack.ops.verify.Samples.record;
import static io.sidetrack.ops.verify.Samples.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.mapping.item.VersionStamp;
import io.sidetrack.mapping.settings.GuardSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What the records of a key say about an item, in each mode. */
class JudgeTest {
    private static final GuardSettings NEWEST = Samples.guard("WRITER_MODE", "newest-wins");
    private static final GuardSettings OVERWRITE = Samples.guard();
    private static final GuardSettings KEEP = Samples.guard("WRITER_MODE", "keep-existing", "WRITER_LANE", "backfill");
    /** When the records of these tests were made: a day before the comparison. */
    private static final long TIME = Samples.NOW.minus(Duration.ofDays(1)).toEpochMilli();

    /** The records of one key. */
    private static final class Key {
        private final GuardSettings guard;
        private final RecordEntries entries;
        private final Expectation expectation;

        private Key(GuardSettings guard) {
            this.guard = guard;
            this.entries = Samples.entries(guard);
            this.expectation = new Expectation(guard.mode());
        }

        private Key put(int partition, long offset, long version, int n) {
            return add(partition, offset, version, "{\"id\":\"a\",\"n\":" + n + "}", SELECTED);
        }

        private Key delete(int partition, long offset, long version) {
            return add(partition, offset, version, null, SELECTED);
        }

        private Key add(int partition, long offset, long version, String value, Entry.Phase phase) {
            Samples.entry(entries, record(partition, offset, version, "a", value), phase)
                    .forEach(expectation::add);
            return this;
        }

        private Optional<Outcome> in(Map<String, AttributeValue> item) {
            Judge judge =
                    new Judge(guard.mode(), guard.marker().map(VersionStamp.Marker::ttl), Samples.NOW.toEpochMilli());
            return judge.outcome(expectation, Optional.ofNullable(item).map(new ObservedItems(guard)::of));
        }
    }

    @Test
    void newestRecordIsExpectedWithNewestWins() {
        Key key = new Key(NEWEST).put(0, 1, TIME + 2, 2).put(0, 2, TIME + 1, 1);
        assertThat(key.in(item("a", 2, version(TIME + 2, 1)))).contains(Outcome.EQUAL);
        assertThat(key.in(item("a", 1, version(TIME + 1, 2)))).contains(Outcome.OLDER);
        assertThat(key.in(item("a", 9, version(TIME + 3, 0)))).contains(Outcome.NEWER);
        assertThat(key.in(item("a", 3, version(TIME + 2, 1)))).contains(Outcome.DIFFERENT);
        assertThat(key.in(item("a", 2, Map.of()))).contains(Outcome.DIFFERENT);
        assertThat(key.in(null)).contains(Outcome.MISSING);
    }

    @Test
    void tieDecidesBetweenEqualVersions() {
        Key key = new Key(NEWEST).put(0, 7, TIME, 1).put(0, 8, TIME, 2);
        assertThat(key.in(item("a", 2, version(TIME, 8)))).contains(Outcome.EQUAL);
        assertThat(key.in(item("a", 1, version(TIME, 7)))).contains(Outcome.OLDER);
        assertThat(key.in(item("a", 3, version(TIME, 9)))).contains(Outcome.NEWER);
    }

    @Test
    void attributeThatTheTableHasInAdditionIsADifference() {
        Key key = new Key(OVERWRITE).put(0, 1, TIME, 1);
        assertThat(key.in(item("a", 1, Map.of("x", AttributeValue.fromBool(true)))))
                .contains(Outcome.DIFFERENT);
        assertThat(key.in(item("a", 1, Map.of()))).contains(Outcome.EQUAL);
    }

    @Test
    void markerIsExpectedAfterADelete() {
        Key key = new Key(NEWEST).put(0, 1, TIME, 1).delete(0, 2, TIME + 1);
        assertThat(key.in(marker("a", TIME + 1, 2))).contains(Outcome.EQUAL);
        assertThat(key.in(marker("a", TIME - 5, 0))).contains(Outcome.STALE_MARKER);
        assertThat(key.in(marker("a", TIME + 9, 9))).contains(Outcome.NEWER);
        assertThat(key.in(item("a", 1, version(TIME, 1)))).contains(Outcome.PRESENT_ALTHOUGH_DELETED);
        assertThat(key.in(item("a", 1, version(TIME + 9, 9)))).contains(Outcome.NEWER);
    }

    @Test
    void markerIsMissingUntilItMayHaveExpired() {
        assertThat(new Key(NEWEST).delete(0, 2, TIME).in(null)).contains(Outcome.MISSING);
        long longAgo = Samples.NOW.minus(Duration.ofDays(31)).toEpochMilli();
        assertThat(new Key(NEWEST).delete(0, 2, longAgo).in(null)).contains(Outcome.EQUAL);
    }

    @Test
    void markerOfAnOlderDeleteIsNotTheItem() {
        Key key = new Key(NEWEST).delete(0, 1, TIME).put(0, 2, TIME + 1, 1);
        assertThat(key.in(marker("a", TIME, 1))).contains(Outcome.STALE_MARKER);
        assertThat(key.in(marker("a", TIME + 2, 5))).contains(Outcome.NEWER);
    }

    /** As for a file, whose lines have no timestamps. */
    @Test
    void markerOfADeleteWithoutAVersionIsAnyMarker() {
        Key key = new Key(NEWEST);
        Samples.entry(key.entries, record(0, 1, 0, "a", null), SELECTED, new RecordEntries.Known(false, false))
                .forEach(key.expectation::add);
        assertThat(key.in(marker("a", TIME, 1))).contains(Outcome.EQUAL);
        assertThat(key.in(null)).contains(Outcome.EQUAL);
        assertThat(key.in(item("a", 1, version(TIME, 1)))).contains(Outcome.PRESENT_ALTHOUGH_DELETED);
    }

    @Test
    void lastRecordIsExpectedWithOverwrite() {
        Key key = new Key(OVERWRITE).put(0, 1, TIME, 1).put(0, 2, TIME - 100, 2);
        assertThat(key.in(item("a", 2, Map.of()))).contains(Outcome.EQUAL);
        assertThat(key.in(item("a", 1, Map.of()))).contains(Outcome.DIFFERENT);
        Key deleted = key.delete(0, 3, TIME);
        assertThat(deleted.in(null)).contains(Outcome.EQUAL);
        assertThat(deleted.in(item("a", 2, Map.of()))).contains(Outcome.PRESENT_ALTHOUGH_DELETED);
    }

    @Test
    void lastRecordOfEachPartitionIsAcceptedWithoutVersions() {
        Key key = new Key(OVERWRITE).put(0, 1, TIME, 1).put(0, 2, TIME, 2).put(1, 1, TIME, 3);
        assertThat(key.expectation.isUnordered()).isTrue();
        assertThat(key.in(item("a", 2, Map.of()))).contains(Outcome.EQUAL);
        assertThat(key.in(item("a", 3, Map.of()))).contains(Outcome.EQUAL);
        assertThat(key.in(item("a", 1, Map.of()))).contains(Outcome.DIFFERENT);
    }

    @Test
    void existingItemIsKeptWithKeepExisting() {
        Key key = new Key(KEEP).put(0, 1, TIME, 1).put(0, 2, TIME, 2).delete(0, 3, TIME);
        assertThat(key.in(item("a", 1, Map.of()))).contains(Outcome.EQUAL);
        assertThat(key.in(item("a", 5, Map.of()))).contains(Outcome.KEPT);
        assertThat(key.in(null)).contains(Outcome.MISSING);
        assertThat(new Key(KEEP).delete(0, 1, TIME).in(null)).isEmpty();
    }

    @Test
    void recordThatIsNotCommittedMayBeInTheTableOrNot() {
        Key key = new Key(OVERWRITE).put(0, 1, TIME, 1);
        key.add(0, 2, TIME, "{\"id\":\"a\",\"n\":2}", SELECTED_PENDING);
        assertThat(key.in(item("a", 1, Map.of()))).contains(Outcome.EQUAL);
        assertThat(key.in(item("a", 2, Map.of()))).contains(Outcome.EQUAL);
        assertThat(key.in(item("a", 3, Map.of()))).contains(Outcome.PENDING);
        assertThat(key.in(null)).contains(Outcome.PENDING);
    }

    @Test
    void laterRecordOutsideTheSelectedPartReplacesTheItem() {
        Key key = new Key(OVERWRITE).put(0, 1, TIME, 1);
        key.add(0, 2, TIME, "{\"id\":\"a\",\"n\":2}", LATER);
        assertThat(key.expectation.isSelected()).isTrue();
        assertThat(key.in(item("a", 2, Map.of()))).contains(Outcome.EQUAL);
        assertThat(key.in(item("a", 1, Map.of()))).contains(Outcome.DIFFERENT);
    }

    @Test
    void orderOfEntriesDoesNotMatter() {
        Key key = new Key(NEWEST).put(1, 1, TIME + 1, 1).delete(0, 9, TIME + 5).put(0, 3, TIME + 3, 3);
        assertThat(key.in(marker("a", TIME + 5, 9))).contains(Outcome.EQUAL);
        Key last = new Key(OVERWRITE).put(0, 9, TIME, 9).put(0, 3, TIME, 3);
        assertThat(last.in(item("a", 9, Map.of()))).contains(Outcome.EQUAL);
    }
}
