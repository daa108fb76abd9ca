package io.sidetrack.common.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No text from a producer can control a terminal or forge a log line. */
class PrintableTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "orders-live", "M\u00fcller \u4e2d\u6587 \ud83d\ude00 \\n \"quoted\"", "a b"})
    void ordinaryTextStaysUnchanged(String text) {
        assertThat(Printable.text(text)).isSameAs(text);
    }

    @Test
    void terminalControlIsEscaped() {
        assertThat(Printable.text("a\u001b[31m\r\nb\t\u0000\u007f\u0085\u009b"))
                .isEqualTo("a\\u001b[31m\\r\\nb\\t\\u0000\\u007f\\u0085\\u009b");
        assertThat(Printable.text("\u2028\u2029\u202e\u2066\u200f\u200b\ufeff\ud800"))
                .isEqualTo("\\u2028\\u2029\\u202e\\u2066\\u200f\\u200b\\ufeff\\ud800");
        assertThat(Printable.text("\udb40\udc41")).as("a tag").isEqualTo("\\udb40\\udc41");
        assertThat(Printable.lines("a\nb\r\n")).isEqualTo("a\nb\\r\n");
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3"})
    void noHarmfulCharacterIsLeftInAnyText(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int run = 0; run < 5_000; run++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                text.append((char) random.nextInt(random.nextBoolean() ? 0xa0 : 0x10000));
            }
            String printed = Printable.text(text.toString());
            assertThat(printed).doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]");
        }
    }
}
