package io.sidetrack.mapping.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A short text that is equal for two items if they have the same attribute names, in any order. It is part of stored items,
 * so it must never change.
 *
 * <p>64 bits are enough, because a collision has no lasting effect: an update returns the attributes that the item had, so
 * that the writer notices those that the update has left.
 */
final class ShapeFingerprint {
    private static final int BYTES = 8;

    private ShapeFingerprint() {}

    /** @param names the names as they are in JSON, without duplicates */
    static String of(List<String> names) {
        String[] sorted = names.toArray(new String[0]);
        Arrays.sort(sorted);
        MessageDigest digest = sha256();
        for (String name : sorted) {
            digest.update(name.getBytes(UTF_8));
            // A name contains no raw quote, so that ("ab", "c") differs from ("a", "bc").
            digest.update((byte) '"');
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest.digest(), BYTES));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
