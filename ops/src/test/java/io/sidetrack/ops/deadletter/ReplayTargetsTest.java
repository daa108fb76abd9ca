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
        return new ReplayTargets(Optional.ofNullable(chosen), Samples.TOPIC, Set.of(named), name -> true);
    }

    private static String reason(ReplayTargets targets, String origin) {
        return ((ReplayTargets.Nowhere) targets.of(Samples.letter(0, origin))).reason();
    }

    @Test
    void laneThatTheTopicIsNamedAfterIsKnown() {
        assertThat(targets(null).of(Samples.letter(0, "orders-live"))).isEqualTo(new ReplayTargets.To("orders-live"));
    }

    @Test
    void namedTopicsAreKnown() {
        assertThat(targets(null, "orders").of(Samples.letter(0, "orders"))).isEqualTo(new ReplayTargets.To("orders"));
    }

    @Test
    void headerAloneDoesNotChooseATopic() {
        assertThat(reason(targets(null, "orders"), "payments"))
                .contains("payments", "known: orders, orders-live", "--to-topic");
    }

    @Test
    void deadLetterTopicItselfIsNoTarget() {
        assertThat(reason(targets(null, Samples.TOPIC), Samples.TOPIC)).contains("not known");
    }

    @Test
    void chosenTopicTakesAll() {
        assertThat(targets("fixed").of(Samples.letter(0, "payments"))).isEqualTo(new ReplayTargets.To("fixed"));
        assertThat(targets("fixed").of(new DeadLetter(Samples.record(0, 0, null, null, new RecordHeaders()))))
                .isEqualTo(new ReplayTargets.To("fixed"));
    }

    @Test
    void letterWithoutTheNameOfATopicHasNoTarget() {
        assertThat(targets(null).of(new DeadLetter(Samples.record(0, 0, null, null, new RecordHeaders()))))
                .isEqualTo(new ReplayTargets.Unknown());
        assertThat(targets(null).of(Samples.letter(0, "a\u001b[2Jb"))).isEqualTo(new ReplayTargets.Unknown());
    }

    @Test
    void topicThatDoesNotExistIsLookedForOnce() {
        List<String> looked = new ArrayList<>();
        ReplayTargets targets = new ReplayTargets(Optional.empty(), Samples.TOPIC, Set.of(), name -> {
            looked.add(name);
            return false;
        });

        assertThat(reason(targets, "orders-live")).contains("orders-live does not exist");
        assertThat(reason(targets, "orders-live")).contains("orders-live does not exist");
        assertThat(looked).containsExactly("orders-live");
    }
}
