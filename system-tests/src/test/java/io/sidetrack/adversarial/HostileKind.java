package io.sidetrack.adversarial;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What a record does to the services that process it. */
enum HostileKind {
    /** From 0 bytes to what the source accepts, not compressible. */
    SIZE(6),
    /** A megabyte of spaces: a few bytes on the wire and on disk. */
    COMPRESSION_BOMB(300),
    /** So many names that a parser's name table grows, without a collision. */
    MANY_NAMES(2),
    /** Names with the same hash in Jackson's name table, whatever its seed is. */
    COLLIDING_NAMES(4),
    /** More nesting than a table accepts, or a stack. */
    DEEP(6),
    /** 40,000 fields. */
    WIDE(1),
    /** 10,000 headers. */
    MANY_HEADERS(2),
    /** A header name, or value, of many kilobytes. */
    LARGE_HEADER(2),
    /** Escape sequences and newlines for the terminal of whoever looks at the key. */
    CONTROL_IN_KEY(6),
    CONTROL_IN_HEADER(6),
    CONTROL_IN_VALUE(6),
    /** The header that keeps the original timestamp, forged, often on a neighbour's key. */
    FORGED_TIMESTAMP(8),
    /** The headers of a dead letter, on a record that becomes one. */
    FORGED_DEAD_LETTER(6),
    /** The headers of a replay, on a record that becomes a dead letter. */
    FORGED_REPLAY(6),
    /** The header that selects the lane, with anything in it. */
    BACKFILL_HEADER(6),
    /** From the past, without a timestamp, or so old that it is negative. */
    TIMESTAMP_PAST(6),
    /** Further in the future than any clock may be off, often on a neighbour's key. */
    TIMESTAMP_FUTURE(6),
    NULL_KEY(3),
    TOMBSTONE(4),
    BROKEN_UTF8(6),
    /** A key attribute of another type than the table's, or that DynamoDB does not accept. */
    WRONG_KEY_TYPE(6),
    BYTE_ORDER_MARK(2),
    TRAILING_GARBAGE(4),
    DUPLICATE_FIELDS(2),
    /** Numbers that no table stores, and that a careless parser expands to gigabytes. */
    EXTREME_NUMBER(4);

    /** Waves that every run sends, however short it is. */
    static final int FEWEST_WAVES = 2;

    private final int perWave;

    HostileKind(int perWave) {
        this.perWave = perWave;
    }

    /** How many records of this kind belong to one wave. */
    int perWave() {
        return perWave;
    }

    /** The fewest that a run must send to count as a test of this kind. */
    int floor() {
        return FEWEST_WAVES * perWave;
    }

    /**
     * The kinds of a list.
     *
     * @param names with commas between; those with a minus sign in front are left out of the whole; empty for all
     * @throws IllegalArgumentException if there is no such kind
     */
    static Set<HostileKind> parse(String names) {
        Set<String> given = Arrays.stream(names.split(","))
                .map(name -> name.trim().toUpperCase(Locale.ROOT).replace('-', '_'))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
        Set<HostileKind> kinds = given.stream().allMatch(name -> name.startsWith("_"))
                ? EnumSet.allOf(HostileKind.class)
                : EnumSet.noneOf(HostileKind.class);
        for (String name : given) {
            if (name.startsWith("_")) {
                kinds.remove(valueOf(name.substring(1)));
            } else {
                kinds.add(valueOf(name));
            }
        }
        return kinds;
    }
}
