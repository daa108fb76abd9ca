package io.sidetrack.adversarial;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sidetrack.sandbox.CollidingNames;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HostileRecordsTest {
    private static final int MAX_BYTES = 1_048_588;

    @ParameterizedTest
    @EnumSource(HostileKind.class)
    void everyKindIsInAWaveAsOftenAsItSays(HostileKind kind) {
        List<HostileRecord> wave = new HostileRecords(7, MAX_BYTES).wave(Set.of(kind));
        assertThat(wave).hasSize(kind.perWave()).allSatisfy(record -> {
            assertThat(record.kind()).isEqualTo(kind);
            assertThat(record.value() == null ? 0 : record.value().length).isLessThan(MAX_BYTES);
            assertThat(record.fate() == Fate.TABLE && record.id().isEmpty()).isFalse();
        });
    }

    @ParameterizedTest
    @EnumSource(
            value = HostileKind.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"TIMESTAMP_PAST", "TIMESTAMP_FUTURE", "FORGED_TIMESTAMP"})
    void sameSeedMakesTheSameRecords(HostileKind kind) {
        assertThat(contents(7, kind)).isEqualTo(contents(7, kind));
    }

    @Test
    void anotherSeedMakesOthers() {
        assertThat(contents(7, HostileKind.DEEP)).isNotEqualTo(contents(8, HostileKind.DEEP));
    }

    private static List<String> contents(long seed, HostileKind kind) {
        return new HostileRecords(seed, MAX_BYTES)
                .wave(Set.of(kind)).stream()
                        .map(record -> (record.key() == null ? "" : new String(record.key(), UTF_8))
                                + (record.value() == null ? "" : new String(record.value(), UTF_8))
                                + record.headers())
                        .toList();
    }

    @Test
    void collidingNamesOverflowATableOfNames() {
        List<String> names = CollidingNames.of(40_000, new Random(7));
        assertThat(names).doesNotHaveDuplicates();
        for (int table = 0; table < 3; table++) {
            // Each mapper has a table with a seed of its own.
            ObjectMapper mapper = new ObjectMapper();
            assertThatThrownBy(() -> mapper.readTree(object(names))).hasMessageContaining("hash collisions");
        }
    }

    @Test
    void manyNamesDoNotCollide() throws IOException {
        HostileRecord record = new HostileRecords(7, MAX_BYTES).next(HostileKind.MANY_NAMES, 0);
        assertThat(new ObjectMapper().readTree(record.value()).size()).isEqualTo(5_002);
    }

    private static byte[] object(List<String> names) {
        return names.stream()
                .map(name -> "\"" + name + "\":1")
                .collect(Collectors.joining(",", "{", "}"))
                .getBytes(UTF_8);
    }

    @Test
    void negativeTimestampGetsThroughTheProducersRecord() {
        HostileRecord first = new HostileRecords(7, MAX_BYTES).next(HostileKind.TIMESTAMP_PAST, 0);
        assertThat(first.to("orders").timestamp()).isEqualTo(-1);
    }

    @Test
    void kindsAreParsed() {
        assertThat(HostileKind.parse("")).hasSize(HostileKind.values().length);
        assertThat(HostileKind.parse("deep, null-key")).containsExactly(HostileKind.DEEP, HostileKind.NULL_KEY);
        assertThat(HostileKind.parse("-deep")).isEqualTo(EnumSet.complementOf(EnumSet.of(HostileKind.DEEP)));
        assertThatThrownBy(() -> HostileKind.parse("friendly")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void controlBytesAreFoundAndNotRepeated() {
        assertThat(ControlBytes.in("a plain line\nand another\n")).isEmpty();
        assertThat(ControlBytes.in("fine\nred \u001b[31m\n\u009b\r\n\u007f\ttab"))
                .containsExactly("U+001B in: red ?[31m", "U+009B in: ??", "U+007F in: ??tab");
    }
}
