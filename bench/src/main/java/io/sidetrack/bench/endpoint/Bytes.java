package io.sidetrack.bench.endpoint;

/** Searching in bytes. */
final class Bytes {
    private Bytes() {}

    /** Where a pattern begins; -1 if it is not there. */
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
