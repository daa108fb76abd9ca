package io.sidetrack.adversarial;

import java.util.Locale;

/** The compressions of Kafka's producers. */
enum Codec {
    NONE,
    GZIP,
    SNAPPY,
    LZ4,
    ZSTD;

    /** As in {@code compression.type}. */
    String property() {
        return name().toLowerCase(Locale.ROOT);
    }
}
