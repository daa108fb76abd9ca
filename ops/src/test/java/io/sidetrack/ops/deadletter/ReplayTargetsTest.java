package io.sidetrack.ops.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class ReplayTargetsTest {
    private static ReplayTargets targets(String chosen, String... named) {
        return new ReplayTargets(Optional.ofNullable(chosen), DeadLetterSamples.TOPIC, Set.of(named), name -> true);
    }

    private static String reason(ReplayTargets targets, String sourceTopic) {
        return ((ReplayTargets.Nowhere) targets.of(DeadLetterSamples.deadLetter(0, sourceTopic))).reason();
    }

    @Test
    void knowsTheLaneAfterWhichTheTopicIsNamed() {
        assertThat(targets(null).of(DeadLetterSamples.deadLetter(0, "orders-live")))
                .isEqualTo(new ReplayTargets.To("orders-live"));
    }

    @Test
    void knowsNamedTopics() {
        assertThat(targets(null, "orders").of(DeadLetterSamples.deadLetter(0, "orders")))
                .isEqualTo(new ReplayTargets.To("orders"));
    }

    @Test
    void headerAloneDoesNotSelectATopic() {
        assertThat(reason(targets(null, "orders"), "payments"))
                .contains("payments", "known: orders, orders-live", "--to-topic");
    }

    @Test
    void deadLetterTopicIsNoTarget() {
        assertThat(reason(targets(null, DeadLetterSamples.TOPIC), DeadLetterSamples.TOPIC))
                .contains("not known");
    }

    @Test
    void chosenTopicReceivesAll() {
        assertThat(targets("fixed").of(DeadLetterSamples.deadLetter(0, "payments")))
                .isEqualTo(new ReplayTargets.To("fixed"));
        assertThat(targets("fixed").of(new DeadLetter(DeadLetterSamples.record(0, 0, null, null, new RecordHeaders()))))
                .isEqualTo(new ReplayTargets.To("fixed"));
    }

    @Test
    void deadLetterWithoutSourceTopicHasNoTarget() {
        assertThat(targets(null).of(new DeadLetter(DeadLetterSamples.record(0, 0, null, null, new RecordHeaders()))))
                .isEqualTo(new ReplayTargets.Unknown());
        assertThat(targets(null).of(DeadLetterSamples.deadLetter(0, "a\u001b[2Jb")))
                .isEqualTo(new ReplayTargets.Unknown());
    }

    @Test
    void looksUpAMissingTopicOnce() {
        List<String> looked = new ArrayList<>();
        ReplayTargets targets = new ReplayTargets(Optional.empty(), DeadLetterSamples.TOPIC, Set.of(), name -> {
            looked.add(name);
            return false;
        });

        assertThat(reason(targets, "orders-live")).contains("orders-live does not exist");
        assertThat(reason(targets, "orders-live")).contains("orders-live does not exist");
        assertThat(looked).containsExactly("orders-live");
    }
}
