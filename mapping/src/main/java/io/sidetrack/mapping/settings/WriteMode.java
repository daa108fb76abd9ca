package io.sidetrack.mapping.settings;

import io.sidetrack.writer.buffer.Precedence;
import java.util.Arrays;
import java.util.Locale;

/** What happens to an item that already exists. */
public enum WriteMode {
    /** The last write to arrive overwrites the item. */
    OVERWRITE(Precedence.LAST),
    /** The existing item stays. */
    KEEP_EXISTING(Precedence.FIRST),
    /** The write overwrites the item unless the item is newer. */
    NEWEST_WINS(Precedence.HIGHEST);

    private final Precedence precedence;

    WriteMode(Precedence precedence) {
        this.precedence = precedence;
    }

    /** Which of several writes of one key that wait in a buffer is sent. */
    public Precedence precedence() {
        return precedence;
    }

    /** The value of the setting, such as {@code keep-existing}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static WriteMode of(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    static String[] codes() {
        return Arrays.stream(values()).map(WriteMode::code).toArray(String[]::new);
    }
}
