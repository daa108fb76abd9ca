package io.sidetrack.writer.parked;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.record.ParkedBy;
import io.sidetrack.common.topic.IdentityWatch;
import io.sidetrack.common.topic.TopicIdentity;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A parked record names the lane from which it comes, not one before it. */
class ParkedReaderTest {
    private final TopicIdentity first = new TopicIdentity("cluster", "first");
    private TopicIdentity lane = first;
    private long nanos;
    private final IdentityWatch watch = new IdentityWatch(first, () -> lane, () -> nanos, failure -> {});
    private final ParkedReader reader = new ParkedReader("g", watch);

    @Test
    void nameIsBuiltOnceForEachLane() {
        Optional<String> name = reader.get();
        assertThat(name).contains(ParkedBy.reader("g", first));
        assertThat(reader.get()).isSameAs(name);
        lane = new TopicIdentity("cluster", "second");
        watch.look(true);
        assertThat(reader.get()).contains(ParkedBy.reader("g", lane));
    }

    @Test
    void thereIsNoNameWhileTheLaneMayBeAnotherOne() {
        assertThat(reader.get()).isPresent();
        nanos += Duration.ofSeconds(31).toNanos();
        assertThat(reader.get()).isEmpty();
        watch.look(true);
        assertThat(reader.get()).contains(ParkedBy.reader("g", first));
    }
}
