package io.sidetrack.writer.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.writer.thread.LaneTask;
import io.sidetrack.writer.thread.WaitLimits;
import io.sidetrack.writer.thread.WritePathFixture;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No offset is committed before its record is durable (W1). The calling thread is the stream thread. */
@Timeout(60)
class CommitGateTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private final WritePathFixture fixture =
            WritePathFixture.inRealTime(new WaitLimits(Duration.ZERO, Duration.ofMillis(50), LONG, LONG), LONG);
    /** The calls that reached the producer behind the gate, and the waits of the gate. */
    private final List<String> events = new ArrayList<>();

    private final CommitGate gate = new CommitGate(
            recordingProducer(), fixture.writers, (durable, nanos) -> events.add("drained, durable=" + durable));

    @SuppressWarnings("unchecked")
    private Producer<byte[], byte[]> recordingProducer() {
        return (Producer<byte[], byte[]>) Proxy.newProxyInstance(
                Producer.class.getClassLoader(), new Class<?>[] {Producer.class}, (proxy, method, arguments) -> {
                    events.add(method.getName());
                    return null;
                });
    }

    /** Runs an action on another thread once this thread waits. */
    private static void onceThisThreadWaits(Runnable action) {
        Thread streamThread = Thread.currentThread();
        Thread other = new Thread(() -> {
            while (streamThread.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            action.run();
        });
        other.setDaemon(true);
        other.start();
    }

    @Test
    void offsetIsNotCommittedWhileItsWriteIsInFlight() {
        LaneTask task = fixture.open(0);
        fixture.put(task, 0, "a");
        assertThatThrownBy(() -> StreamThread.maybeCommit(gate::flush)).isInstanceOf(TimeoutException.class);
        assertThat(events).containsExactly("drained, durable=false");

        fixture.writeAll();
        StreamThread.maybeCommit(gate::flush);
        assertThat(events).containsExactly("drained, durable=false", "drained, durable=true", "flush");
    }

    @Test
    void offsetIsNotCommittedBeforeItsDeadLetterIsAcknowledged() {
        fixture.reject(fixture.open(0), 0);
        assertThatThrownBy(() -> StreamThread.maybeCommit(gate::flush)).isInstanceOf(TimeoutException.class);
        fixture.acknowledgeDeadLetter();
        StreamThread.maybeCommit(gate::flush);
        assertThat(events).containsExactly("drained, durable=false", "drained, durable=true", "flush");
    }

    @Test
    void offsetIsNotCommittedBeforeItsRecordIsParked() {
        fixture.park(fixture.open(0), 0);
        assertThatThrownBy(() -> StreamThread.maybeCommit(gate::flush)).isInstanceOf(TimeoutException.class);
        fixture.acknowledgeParked();
        StreamThread.maybeCommit(gate::flush);
        assertThat(events).containsExactly("drained, durable=false", "drained, durable=true", "flush");
    }

    @Test
    void lastCommitWaitsForTheWritesInFlight() {
        fixture.put(fixture.open(0), 0, "a");
        onceThisThreadWaits(fixture::writeAll);
        StreamThread.commitBeforeClose(gate::flush);
        assertThat(events).containsExactly("drained, durable=true", "flush");
    }

    @Test
    void commitsOnTheIntervalAndLastCommitsWaitForDifferentTimes() {
        fixture.put(fixture.open(0), 0, "a");
        assertThatThrownBy(() -> StreamThread.maybeCommit(gate::flush)).isInstanceOf(TimeoutException.class);
        assertThat(fixture.commitRequests)
                .as("an interval commit is postponed, and requested again")
                .hasValue(1);
        assertThat(fixture.holds.isPaused()).isTrue();
        onceThisThreadWaits(fixture::writeAll);
        StreamThread.commitBeforeClose(gate::flush);
        assertThat(fixture.holds.isPaused()).isFalse();
        assertThat(fixture.commitRequests).hasValue(1);
    }

    /** Buffered writes may be older than those of the next owner, so the gate must not send or await them. */
    @Test
    void lostPartitionsAreFlushedWithoutWaitingForTheirWrites() {
        LaneTask task = fixture.open(0);
        fixture.put(task, 0, "a");
        fixture.put(task, 1, "b");
        TaskManager.closeTaskDirty(gate::flush);
        TaskManager.closeDirtyAndRevive(gate::flush);
        assertThat(events).containsExactly("flush", "flush");
        assertThat(fixture.sent()).containsExactly(List.of("a"));
    }

    @Test
    void threadThatHasAcceptedNothingCommitsAtOnce() {
        StreamThread.maybeCommit(gate::flush);
        StreamThread.commitBeforeClose(gate::flush);
        assertThat(events).containsExactly("flush", "flush");
    }

    @Test
    void closingTheProducerAwaitsTheWritesInFlightAndSendsNoOthers() {
        LaneTask task = fixture.open(0);
        fixture.put(task, 0, "a");
        fixture.put(task, 1, "b");
        onceThisThreadWaits(fixture::writeAll);
        gate.close(Duration.ofSeconds(1));
        assertThat(events).containsExactly("close");
        assertThat(fixture.sent()).containsExactly(List.of("a"));
        assertThat(fixture.writers.ofThisThreadIfAny()).isEmpty();

        gate.close();
        assertThat(events).as("there is nothing left to await").containsExactly("close", "close");
    }

    @Test
    void allOtherCallsReachTheProducer() throws ReflectiveOperationException {
        for (Method method : Producer.class.getMethods()) {
            if (method.getName().equals("flush") || method.getName().equals("close")) {
                continue;
            }
            events.clear();
            method.invoke(gate, new Object[method.getParameterCount()]);
            assertThat(events).as("%s", method).containsExactly(method.getName());
        }
    }
}
