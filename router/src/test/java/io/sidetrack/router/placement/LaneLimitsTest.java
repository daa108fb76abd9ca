package io.sidetrack.router.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.topic.TopicFacts;
import java.util.SplittableRandom;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which records fit, in both forms that a broker checks. */
class LaneLimitsTest {
    private static final int MB = 1 << 20;

    private static TopicFacts lane(String compression, int segmentBytes) {
        return TopicFacts.named("t")
                .timestampType("LogAppendTime")
                .retentionMs(-1)
                .maxMessageBytes(MB)
                .segmentBytes(segmentBytes)
                .compressionType(compression)
                .build();
    }

    private static boolean fits(TopicFacts lane, String sentAs, byte[] value) {
        return new LaneLimits(lane, 32 * MB, sentAs)
                .refusal(null, value, new RecordHeaders())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "producer, lz4, true",
        "producer, none, false",
        "zstd, lz4, true",
        "gzip, lz4, true",
        "snappy, lz4, true",
        "lz4, lz4, true",
        "uncompressed, lz4, false",
        "uncompressed, none, false",
        "zstd, none, false",
    })
    void recordMustFitAsSentAndAsStored(String storedAs, String sentAs, boolean fits) {
        assertThat(fits(lane(storedAs, 1 << 30), sentAs, new byte[3 * MB])).isEqualTo(fits);
    }

    @ParameterizedTest
    @ValueSource(strings = {"producer", "uncompressed", "gzip", "snappy", "lz4", "zstd"})
    void incompressibleRecordFitsByItsSize(String storedAs) {
        byte[] noise = new byte[MB];
        new SplittableRandom(1).nextBytes(noise);
        assertThat(fits(lane(storedAs, 1 << 30), "lz4", noise)).isFalse();
        assertThat(fits(lane(storedAs, 1 << 30), "lz4", new byte[0])).isTrue();
        assertThat(fits(lane(storedAs, 1 << 30), "lz4", null)).isTrue();
    }

    @Test
    void segmentSizeIsALimitAsWell() {
        assertThat(fits(lane("uncompressed", 500_000), "lz4", new byte[600_000]))
                .isFalse();
        assertThat(fits(lane("uncompressed", 700_000), "lz4", new byte[600_000]))
                .isTrue();
    }
}
