package io.sidetrack.writer.parked;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.writer.parked.ParkedTopicFit.UnfitException;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Nothing is sent to a topic that does not exist, or that has no place for some partition of the lane. */
class ParkedTopicFitTest {
    private final ParkedTopicFit fit =
            new ParkedTopicFit(KafkaProperties.of(Map.of("bootstrap.servers", "localhost:1")), "lane", "lane-parked");

    @Test
    void topicThatDoesNotExistDoesNotFit() {
        assertThatThrownBy(() -> fit.check(OptionalInt.of(4), OptionalInt.empty()))
                .isInstanceOf(UnfitException.class)
                .hasMessage("there is no such topic");
    }

    @Test
    void topicWithFewerPartitionsThanTheLaneDoesNotFit() {
        assertThatThrownBy(() -> fit.check(OptionalInt.of(4), OptionalInt.of(3)))
                .isInstanceOf(UnfitException.class)
                .hasMessage("it has 3 partitions, but lane has 4");
    }

    @Test
    void topicWithAPartitionForEachOfTheLaneFits() {
        assertThatCode(() -> fit.check(OptionalInt.of(4), OptionalInt.of(4))).doesNotThrowAnyException();
        assertThatCode(() -> fit.check(OptionalInt.of(4), OptionalInt.of(5))).doesNotThrowAnyException();
        assertThatCode(() -> fit.check(OptionalInt.empty(), OptionalInt.of(1)))
                .as("a lane that is being deleted is no reason")
                .doesNotThrowAnyException();
    }
}
