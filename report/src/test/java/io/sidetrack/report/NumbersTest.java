package io.sidetrack.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Numbers as text. */
class NumbersTest {
    @Test
    void haveThousandsSeparatorsAndThreeDigits() {
        assertThat(Numbers.text(14_500_000)).isEqualTo("14,500,000");
        assertThat(Numbers.text(3863.7)).isEqualTo("3,864");
        assertThat(Numbers.text(23.64)).isEqualTo("23.6");
        assertThat(Numbers.text(4.567)).isEqualTo("4.57");
        assertThat(Numbers.text(0.1 + 0.2)).isEqualTo("0.3");
        assertThat(Numbers.text(0.01234)).isEqualTo("0.0123");
        assertThat(Numbers.text(10)).isEqualTo("10");
        assertThat(Numbers.text(0)).isEqualTo("0");
        assertThat(Numbers.text(-1e-12)).isEqualTo("0");
        assertThat(Numbers.text(Double.NaN)).isEqualTo("–");
    }
}
