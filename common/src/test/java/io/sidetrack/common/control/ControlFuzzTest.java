package io.sidetrack.common.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every record of the control topic is a value or is rejected with its position; none causes an exception. */
class ControlFuzzTest {
    private static final String KEY = "k";
    private static final int RUNS = 20_000;
    private static final List<String> VALID = List.of(
            "{\"paused\":true,\"writeUnits\":5,\"setAtMs\":1}",
            "{\"state\":\"RESUMING\",\"discards\":false,\"setAtMs\":1,\"writeFrom\":{\"0\":10},\"copiedTo\":{\"1\":0}}",
            "{\"source\":\"s\",\"group\":\"g\",\"takenAtMs\":1,\"ends\":{\"0\":10,\"1\":0},"
                    + "\"identity\":{\"clusterId\":\"c\",\"topicId\":\"t\"}}");
    private static final List<String> TOKENS = List.of(
            "null",
            "true",
            "-1",
            "1.5",
            "1e999",
            "9223372036854775808",
            "\"\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "{}",
            "[]",
            "[[[[",
            "{\"a\":",
            "NaN",
            ",",
            ":",
            "}",
            "\"",
            "\\",
            "\u2028",
            "\u0000",
            "{\"0\":null}",
            "{\"-1\":1}");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyRecordIsAValueOrRejectedWithItsPosition(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Set<Boolean> ends = new HashSet<>();
        for (int run = 0; run < RUNS; run++) {
            byte[] value = random.nextInt(4) == 0 ? noise(random) : mutated(random);
            ends.add(isValue(Steering.class, run, value));
            ends.add(isValue(Cut.class, run, value));
            ends.add(isValue(NamedBackfill.class, run, value));
        }
        assertThat(ends).as("both outcomes occur").containsExactlyInAnyOrder(true, false);
    }

    private static <T> boolean isValue(Class<T> type, int offset, byte[] value) {
        List<Integer> rejections = new ArrayList<>();
        LastValidValue<T> newest = new LastValidValue<>(KEY, type, null, () -> rejections.add(offset));
        newest.add(new ConsumerRecord<>("control", 0, offset, KEY.getBytes(UTF_8), value));
        ControlValue<T> recorded = newest.recorded();
        if (recorded.value().isPresent()) {
            assertThat(recorded.rejected()).isEmpty();
            assertThat(rejections).isEmpty();
            return true;
        }
        assertThat(recorded.rejected()).as(() -> new String(value, UTF_8)).contains("partition 0, offset " + offset);
        assertThat(rejections).containsExactly(offset);
        return false;
    }

    private static byte[] noise(SplittableRandom random) {
        byte[] bytes = new byte[random.nextInt(64)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** A valid record with a few bytes or tokens inserted, removed or repeated. */
    private static byte[] mutated(SplittableRandom random) {
        StringBuilder text = new StringBuilder(VALID.get(random.nextInt(VALID.size())));
        for (int i = random.nextInt(4); i > 0 && !text.isEmpty(); i--) {
            int from = random.nextInt(text.length());
            int to = Math.min(text.length(), from + random.nextInt(12));
            switch (random.nextInt(3)) {
                case 0 -> text.delete(from, to);
                case 1 -> text.insert(from, text.substring(from, to));
                default -> text.replace(from, to, TOKENS.get(random.nextInt(TOKENS.size())));
            }
        }
        return text.toString().getBytes(UTF_8);
    }
}
