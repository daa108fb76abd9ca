package io.sidetrack.common.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Records are parked only where each has its place, is kept, and can return to its partition of the lane. */
class ParkedMisfitTest {
    private static final Optional<TopicFacts> LANE =
            Optional.of(TopicFacts.named("lane").partitions(4).build());

    private static TopicFacts.Builder parked(int partitions) {
        return TopicFacts.named("lane-parked").partitions(partitions).timestampType("LogAppendTime");
    }

    private static Optional<ParkedMisfit> misfit(TopicFacts.Builder parked) {
        return ParkedMisfit.of(Optional.of(parked.build()), LANE, false);
    }

    @Test
    void topicLikeItsLaneFits() {
        assertThat(misfit(parked(4))).isEmpty();
        assertThat(ParkedMisfit.ofPartitions(OptionalInt.of(4), "lane", OptionalInt.of(4)))
                .isEmpty();
    }

    @Test
    void topicThatDoesNotExistDoesNotFit() {
        ParkedMisfit misfit = ParkedMisfit.of(Optional.empty(), LANE, false).orElseThrow();
        assertThat(misfit.text()).isEqualTo("there is no such topic");
        assertThat(misfit.remedySentence()).isEqualTo("Create it with `sidetrack provision`.");
        assertThat(misfit.leavesNoPlace()).isTrue();
        assertThat(ParkedMisfit.ofPartitions(OptionalInt.empty(), "lane", OptionalInt.empty()))
                .contains(misfit);
    }

    @Test
    void topicWithFewerPartitionsHasNoPlaceForSomeRecords() {
        ParkedMisfit misfit = misfit(parked(3)).orElseThrow();
        assertThat(misfit.text()).startsWith("has 3 partitions, but lane has 4");
        assertThat(misfit.remedy()).isEqualTo("run `sidetrack provision`");
        assertThat(misfit.leavesNoPlace()).isTrue();
        assertThat(ParkedMisfit.ofPartitions(OptionalInt.of(3), "lane", OptionalInt.of(4)))
                .contains(misfit);
    }

    /** Provisioning never removes partitions, so the lane has to grow. */
    @Test
    void topicWithMorePartitionsHasAPlaceForEachRecord() {
        ParkedMisfit misfit = misfit(parked(5)).orElseThrow();
        assertThat(misfit.text()).startsWith("has 5 partitions, but lane has 4");
        assertThat(misfit.remedySentence())
                .isEqualTo("Use `sidetrack provision --grow-partitions --backfill-partitions 5`.");
        assertThat(misfit.leavesNoPlace()).isFalse();
    }

    @Test
    void laneThatIsBeingDeletedIsNoReason() {
        assertThat(ParkedMisfit.of(Optional.of(parked(1).build()), Optional.empty(), false))
                .isEmpty();
        assertThat(ParkedMisfit.ofPartitions(OptionalInt.of(1), "lane", OptionalInt.empty()))
                .isEmpty();
    }

    @Test
    void topicThatLosesRecordsDoesNotFit() {
        TopicFacts.Builder createTime = parked(4).timestampType("CreateTime");
        assertThat(misfit(createTime)).hasValueSatisfying(misfit -> {
            assertThat(misfit.text()).startsWith("has message.timestamp.type=CreateTime");
            assertThat(misfit.leavesNoPlace()).isFalse();
        });
        assertThat(ParkedMisfit.of(Optional.of(createTime.build()), LANE, true))
                .as("allowed")
                .isEmpty();
        TopicFacts.Builder compacted = createTime.cleanupPolicy("compact");
        assertThat(ParkedMisfit.of(Optional.of(compacted.build()), LANE, true))
                .as("not allowed by that")
                .hasValueSatisfying(misfit -> {
                    assertThat(misfit.text()).startsWith("has cleanup.policy=compact");
                    assertThat(misfit.remedySentence()).isEqualTo("Run `sidetrack provision`.");
                });
    }
}
