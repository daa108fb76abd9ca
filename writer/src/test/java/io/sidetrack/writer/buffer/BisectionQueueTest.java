package io.sidetrack.writer.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.mapping.model.Write;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The order in which the parts of refused batches are sent. */
class BisectionQueueTest {
    private final BisectionQueue queue = new BisectionQueue();
    private final Write a = WriteBuilder.put("a").partition(0).build();
    private final Write b = WriteBuilder.put("b").partition(1).build();
    private final Write c = WriteBuilder.put("c").partition(1).build();

    @Test
    void partsAreTakenInTheOrderInWhichTheyAreDue() {
        queue.add(List.of(a), 0, 20);
        queue.add(List.of(b, c), 3, 10);

        assertThat(queue.nextDue()).isEqualTo(10);
        assertThat(queue.isDue(9)).isFalse();
        assertThat(queue.isDue(10)).isTrue();
        assertThat(queue.take()).isEqualTo(new BisectionQueue.Part(List.of(b, c), 3, 10));
        assertThat(queue.isDue(19)).isFalse();
        assertThat(queue.take().writes()).containsExactly(a);
        assertThat(queue.nextDue()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void emptyPartIsNotSent() {
        queue.add(List.of(), 0, 0);
        assertThat(queue.isDue(Long.MAX_VALUE)).isFalse();
    }

    @Test
    void lostPartitionIsRemovedFromEveryPartAndTheRestIsKept() {
        queue.add(List.of(a, b), 2, 10);
        queue.add(List.of(c), 0, 5);

        assertThat(queue.forget(Records.TOPIC, 1)).containsExactlyInAnyOrder(b, c);
        assertThat(queue.nextDue()).isEqualTo(10);
        assertThat(queue.take()).isEqualTo(new BisectionQueue.Part(List.of(a), 2, 10));
        assertThat(queue.isDue(Long.MAX_VALUE)).isFalse();
    }
}
