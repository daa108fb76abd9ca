package io.sidetrack.common.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A topic that was created again is noticed soon, and one that cannot be looked up counts as the same. */
class IdentityWatchTest {
    private static final TopicIdentity FIRST = new TopicIdentity("cluster", "first");
    private static final TopicIdentity SECOND = new TopicIdentity("cluster", "second");

    private final List<RuntimeException> failures = new ArrayList<>();
    private TopicIdentity now = FIRST;
    private long nanos;
    private final IdentityWatch watch = new IdentityWatch(
            FIRST,
            () -> {
                if (now == null) {
                    throw new IllegalStateException("no answer");
                }
                return now;
            },
            () -> nanos,
            failures::add);

    @Test
    void changeIsFoundWhenItMattersOrAfterSomeSeconds() {
        now = SECOND;
        assertThat(watch.look(false)).isEqualTo(FIRST);
        assertThat(watch.look(true)).isEqualTo(SECOND);
        now = FIRST;
        nanos += Duration.ofSeconds(9).toNanos();
        assertThat(watch.look(false)).isEqualTo(SECOND);
        nanos += Duration.ofSeconds(1).toNanos();
        assertThat(watch.look(false)).isEqualTo(FIRST);
        assertThat(watch.known()).isEqualTo(FIRST);
    }

    @Test
    void identityThatNobodyLooksUpIsNotRecent() {
        assertThat(watch.recent()).contains(FIRST);
        nanos += Duration.ofSeconds(31).toNanos();
        assertThat(watch.recent()).isEmpty();
        watch.look(false);
        assertThat(watch.recent()).contains(FIRST);
    }

    @Test
    void lastKnownIdentityStaysIfTheLookUpFails() {
        now = SECOND;
        watch.look(true);
        now = null;
        assertThat(watch.look(true)).isEqualTo(SECOND);
        assertThat(failures).hasSize(1);
        assertThat(watch.recent()).as("it may be another one now").isEmpty();
        now = SECOND;
        watch.look(true);
        assertThat(watch.recent()).contains(SECOND);
    }
}
