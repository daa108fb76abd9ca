package io.sidetrack.writer.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When too many of the last records were rejected. */
class RejectionWindowTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 50, 99})
    void alarmIsRaisedByTheFirstRejectionAboveTheLimit(int percent) {
        RejectionWindow window = new RejectionWindow(percent);
        for (int i = 0; i < percent * 10; i++) {
            window.add(true);
            assertThat(window.isExceeded()).isFalse();
        }
        window.add(true);
        assertThat(window.isExceeded()).isTrue();
    }

    @Test
    void alarmEndsWhenTheShareIsBackAtTheLimit() {
        RejectionWindow window = new RejectionWindow(50);
        for (int i = 0; i < 501; i++) {
            window.add(true);
        }
        for (int i = 501; i < RejectionWindow.SIZE; i++) {
            window.add(false);
        }
        assertThat(window.isExceeded()).isTrue();
        window.add(false);
        assertThat(window.isExceeded()).isFalse();
    }

    @Test
    void everySecondRecordRejectedIsNoAlarmAtFiftyPercent() {
        RejectionWindow window = new RejectionWindow(50);
        for (int i = 0; i < 10_000; i++) {
            window.add(i % 2 == 0);
            assertThat(window.isExceeded()).isFalse();
        }
    }

    @Test
    void aHundredPercentIsNoLimit() {
        RejectionWindow window = new RejectionWindow(100);
        for (int i = 0; i < 5000; i++) {
            window.add(true);
        }
        assertThat(window.isExceeded()).isFalse();
    }

    @Test
    void noMoreDeadLettersAreReturnedOnceTheAlarmIsRaised() {
        WriteBuffer buffer = new BufferBuilder().maxRejectedPercent(50).build(new Counts());
        int sent = 0;
        for (int i = 0; i < 2000; i++) {
            buffer.add(Records.bad(0, i), 0);
            sent += buffer.takeDeadLetters(0).size();
        }
        assertThat(buffer.isAlarmed()).isTrue();
        assertThat(sent).isEqualTo(500);
        assertThat(buffer.isEmpty())
                .as("so that none of the other records is committed")
                .isFalse();
    }
}
