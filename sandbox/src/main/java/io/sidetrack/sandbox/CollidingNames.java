package io.sidetrack.sandbox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * JSON with field names that have the same hash in Jackson's symbol table, regardless of the table's seed: for a name of
 * eight bytes, the table combines a function of the first four bytes and a multiple of the last four before it adds the seed.
 */
public final class CollidingNames {
    private static final int MULTIPLIER = 33;
    private static final int MULTIPLIER_INVERSE = inverse();
    private static final int FIRST = '#';
    private static final int LAST = '[';

    private CollidingNames() {}

    /**
     * The two records after which Jackson's table rejects every record with a field of this name.
     *
     * @param name eight ASCII characters
     */
    public static List<byte[]> poison(String name) {
        StringBuilder first = new StringBuilder("{\"id\":\"first\",\"text\":\"Caf\\u00e9\"");
        for (int i = 0; i < 1000; i++) {
            first.append(",\"field-number-").append(i).append("\":1");
        }
        return List.of(first.append('}').toString().getBytes(UTF_8), object(name, 1300));
    }

    /** An object with an {@code id} and a number of fields whose names collide with {@code name}, which is not among them. */
    public static byte[] object(String name, int fields) {
        StringBuilder json = new StringBuilder("{\"id\":\"colliding\",\"text\":\"Caf\\u00e9\"");
        names(name, fields, new Random(1))
                .forEach(one -> json.append(",\"").append(one).append("\":1"));
        return json.append('}').toString().getBytes(UTF_8);
    }

    /** Different names that collide with each other. */
    public static List<String> of(int count, Random random) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < 2 * Integer.BYTES; i++) {
            name.append((char) ('a' + random.nextInt(26)));
        }
        return List.copyOf(names(name.toString(), count, random));
    }

    private static Set<String> names(String name, int count, Random random) {
        ByteBuffer quads = ByteBuffer.wrap(name.getBytes(US_ASCII));
        int hash = mixed(quads.getInt()) + quads.getInt() * MULTIPLIER;
        Set<String> names = new LinkedHashSet<>();
        while (names.size() < count) {
            int first = 0;
            for (int i = 0; i < Integer.BYTES; i++) {
                first = first << Byte.SIZE | (FIRST + random.nextInt(LAST - FIRST));
            }
            byte[] one = ByteBuffer.allocate(2 * Integer.BYTES)
                    .putInt(first)
                    .putInt((hash - mixed(first)) * MULTIPLIER_INVERSE)
                    .array();
            if (isPlain(one)) {
                names.add(new String(one, US_ASCII));
            }
        }
        names.remove(name);
        return names;
    }

    private static int mixed(int quad) {
        int mixed = quad + (quad >>> 15);
        return mixed ^ (mixed >>> 9);
    }

    private static boolean isPlain(byte[] name) {
        for (byte one : name) {
            if (one < ' ' || one > '~' || one == '"' || one == '\\') {
                return false;
            }
        }
        return true;
    }

    /** The inverse of {@link #MULTIPLIER} modulo 2^32, by Newton's iteration. */
    private static int inverse() {
        int inverse = MULTIPLIER;
        for (int i = 0; i < 5; i++) {
            inverse *= 2 - MULTIPLIER * inverse;
        }
        return inverse;
    }
}
