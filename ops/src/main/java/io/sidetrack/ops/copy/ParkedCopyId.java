package io.sidetrack.ops.copy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.record.ParkedBy;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** The id under which the journal records which parked records of a backfill are copied to the lane or discarded. */
public final class ParkedCopyId {
    private static final int MOST_LETTERS = 40;
    private static final int DIGITS = 16;

    private static final String PREFIX = "parked~";

    private ParkedCopyId() {}

    /** True if an id may be that of parked records. No other copy must have such an id. */
    public static boolean isOne(String id) {
        return id.startsWith(PREFIX);
    }

    /**
     * The id, which is readable, and different for any two lanes and names.
     *
     * @param lane the backfill lane
     * @param name the name of the backfill
     * @param by who has parked the records
     */
    public static String of(String lane, String name, ParkedBy by) {
        String letters = name.replaceAll("[^A-Za-z0-9._-]", "-");
        return (PREFIX + "%s~%s~%s")
                .formatted(
                        letters.substring(0, Math.min(MOST_LETTERS, letters.length())),
                        digest(lane + "\n" + name),
                        by.name().toLowerCase(Locale.ROOT));
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
