package io.sidetrack.common.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.topic.TopicIdentity;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The offsets in an operator's setting apply only to the topics that they belong to. */
class NamedBackfillTest {
    private static final TopicIdentity LANE = new TopicIdentity("cluster", "lane");
    private static final TopicIdentity SOURCE = new TopicIdentity("cluster", "source");
    private static final TopicIdentity OTHER = new TopicIdentity("cluster", "other");

    private final NamedBackfill resumed = NamedBackfill.paused(1)
            .resuming(Map.of(0, 7L), Map.of(), 2)
            .withLane(LANE)
            .resumed(Map.of(1, 9L), 3)
            .withSource(SOURCE);

    @Test
    void offsetsApplyToTheirTopics() {
        assertThat(resumed.onLane(LANE)).isEqualTo(resumed);
        assertThat(resumed.onSource(SOURCE)).isEqualTo(resumed);
    }

    @Test
    void offsetsOfATopicThatWasDeletedDoNotApplyToTheNextOneOfItsName() {
        assertThat(resumed.onLane(OTHER).writeFrom()).isEmpty();
        assertThat(resumed.onLane(OTHER).copiedTo()).isEqualTo(Map.of(1, 9L));
        assertThat(resumed.onSource(OTHER).copiedTo()).isEmpty();
        assertThat(resumed.onSource(OTHER).writeFrom()).isEqualTo(Map.of(0, 7L));
    }

    @Test
    void identitiesStayWhenTheBackfillIsResumedFurther() throws IOException {
        NamedBackfill further = resumed.resuming(resumed.writeFrom(), resumed.copiedTo(), 4);
        assertThat(further.lane()).isEqualTo(LANE);
        assertThat(further.source()).isEqualTo(SOURCE);
        assertThat(ControlJson.read(ControlJson.write(further), NamedBackfill.class))
                .isEqualTo(further);
    }

    @Test
    void itStaysKnownThatRecordsWereDropped() throws IOException {
        NamedBackfill dropped = NamedBackfill.cancelled(true, 1)
                .resuming(Map.of(), Map.of(), 2)
                .withLane(LANE)
                .withSource(SOURCE)
                .resumed(Map.of(), 3);
        NamedBackfill paused = NamedBackfill.paused(4).after(Optional.of(dropped));
        NamedBackfill later = NamedBackfill.paused(6)
                .after(Optional.of(paused.resuming(Map.of(0, 1L), Map.of(0, 1L), 5)
                        .withLane(LANE)
                        .onLane(OTHER)
                        .withSource(SOURCE)
                        .onSource(OTHER)
                        .resumed(Map.of(), 5)));
        assertThat(paused.discardedBefore()).isTrue();
        assertThat(later.discardedBefore()).isTrue();
        assertThat(later.discards()).isFalse();
        assertThat(ControlJson.read(ControlJson.write(later), NamedBackfill.class))
                .isEqualTo(later);
        assertThat(NamedBackfill.paused(4).after(Optional.of(resumed)).discardedBefore())
                .isFalse();
        byte[] earlier = "{\"state\":\"PAUSED\",\"discards\":false,\"setAtMs\":7}".getBytes(UTF_8);
        assertThat(ControlJson.read(earlier, NamedBackfill.class)).isEqualTo(NamedBackfill.paused(7));
    }
}
