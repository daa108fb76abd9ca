package io.sidetrack.writer;

import io.sidetrack.writer.buffer.Precedence;
import java.util.Arrays;
import java.util.Locale;

/** What happens to an item that is there already. */
enum WriteMode {
    /** It is overwritten: what arrives last stays. */
    OVERWRITE(Precedence.LAST),
    /** It is kept, whatever it is. */
    KEEP_EXISTING(Precedence.FIRST),
    /** It is overwritten if it is not newer. */
    NEWEST_WINS(Precedence.HIGHEST);

    private final Precedence precedence;

    WriteMode(Precedence precedence) {
        this.precedence = precedence;
    }

    /** Between writes of one key that wait together. */
    Precedence precedence() {
        return precedence;
    }

    /** As it is set, such as {@code keep-existing}. */
    String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static WriteMode of(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    static String[] codes() {
        return Arrays.stream(values()).map(WriteMode::code).toArray(String[]::new);
    }
}
