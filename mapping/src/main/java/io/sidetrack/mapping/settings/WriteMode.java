package io.sidetrack.mapping.settings;

import java.util.Arrays;
import java.util.Locale;

/** What happens to an item that already exists. */
public enum WriteMode {
    /** The last write to arrive overwrites the item. */
    OVERWRITE,
    /** The existing item stays. */
    KEEP_EXISTING,
    /** The write overwrites the item unless the item is newer. */
    NEWEST_WINS;

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
