package io.sidetrack.adversarial;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Names of eight characters that share a hash in Jackson's table of names. The hash of a name of two quads a and b is a
 * function of f(a) + 33 b and of the table's random seed; whoever keeps that sum constant need not know the seed.
 */
final class CollidingNames {
    private static final int FACTOR = 33;
    /** 33 times this is 1, in 32 bits. */
    private static final int INVERSE = inverse();

    private CollidingNames() {}

    private static int inverse() {
        int inverse = FACTOR;
        // Newton's iteration doubles the number of right bits; an odd number has three of them to begin with.
        for (int bits = 3; bits < Integer.SIZE; bits *= 2) {
            inverse *= 2 - FACTOR * inverse;
        }
        return inverse;
    }

    /** Different names of lower-case letters and digits, and so on, that need no escape in JSON. */
    static List<String> of(int count, Random random) {
        int sum = scrambled(quad(random)) + FACTOR * quad(random);
        List<String> names = new ArrayList<>(count);
        // Every first quad is visited once, in an order that the generator decides.
        int first = random.nextInt();
        while (names.size() < count) {
            first += 0x9E3779B9;
            int second = (sum - scrambled(first)) * INVERSE;
            if (isPlain(first) && isPlain(second)) {
                names.add(new String(
                        ByteBuffer.allocate(8).putInt(first).putInt(second).array(), US_ASCII));
            }
        }
        return names;
    }

    private static int scrambled(int quad) {
        int hash = quad + (quad >>> 15);
        return hash ^ (hash >>> 9);
    }

    private static int quad(Random random) {
        int quad = 0;
        for (int i = 0; i < 4; i++) {
            quad = quad << 8 | ('a' + random.nextInt(26));
        }
        return quad;
    }

    private static boolean isPlain(int quad) {
        for (int shift = 0; shift < Integer.SIZE; shift += 8) {
            int c = quad >>> shift & 0xFF;
            if (c <= ' ' || c >= 0x7F || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }
}
