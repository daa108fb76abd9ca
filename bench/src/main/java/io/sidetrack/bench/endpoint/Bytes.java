package io.sidetrack.bench.endpoint;

/** Searches byte arrays. */
final class Bytes {
    private Bytes() {}

    /** The position of the first occurrence of a pattern; -1 if there is none. */
    static int find(byte[] bytes, int from, int to, byte[] pattern) {
        for (int at = from; at <= to - pattern.length; at++) {
            if (bytes[at] == pattern[0] && matches(bytes, at, pattern)) {
                return at;
            }
        }
        return -1;
    }

    private static boolean matches(byte[] bytes, int at, byte[] pattern) {
        for (int i = 1; i < pattern.length; i++) {
            if (bytes[at + i] != pattern[i]) {
                return false;
            }
        }
        return true;
    }
}
