package io.sidetrack.ops.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.record.Fingerprint;
import io.sidetrack.common.record.Reduction;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.ops.cluster.OffsetRange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** Options that select dead letters. By default, all are selected. */
final class DeadLetterFilter {
    private static final Pattern OFFSETS = Pattern.compile("(\\d{1,9}):(\\d{1,18})(?:-(\\d{1,18}))?");

    @Option(
            names = "--reason",
            paramLabel = "CODE",
            description = "Only dead letters with this reason, such as not-json.")
    private String reason;

    @Option(
            names = "--key",
            paramLabel = "TEXT",
            description = "Only dead letters of records with this key, in UTF-8. May be given several times.")
    private List<String> keys = new ArrayList<>();

    @Option(names = "--key-base64", paramLabel = "BASE64", description = "As --key, for a key that is not text.")
    private List<String> binaryKeys = new ArrayList<>();

    @Option(
            names = "--since",
            paramLabel = "INSTANT",
            description = "Only dead letters from this instant on, such as 2026-05-01T00:00:00Z.")
    private Instant since;

    @Option(names = "--until", paramLabel = "INSTANT", description = "Only dead letters before this instant.")
    private Instant until;

    @Option(
            names = "--offsets",
            paramLabel = "PARTITION:FROM[-TO]",
            description = "Only these offsets of the dead-letter topic, such as 0:17 or 0:100-250.")
    private String offsets;

    /** The keys as bytes; null before they are needed. */
    private List<byte[]> wanted;

    /** Selects all dead letters. */
    DeadLetterFilter() {}

    /** Selects one dead letter. */
    DeadLetterFilter(ReplayMark position) {
        offsets = position.partition() + ":" + position.offset();
    }

    /** Selects the dead letters of records with these keys. */
    DeadLetterFilter(List<String> keys, List<String> binaryKeys) {
        this.keys = keys;
        this.binaryKeys = binaryKeys;
    }

    /** @throws StartupException if an option is not valid */
    void check() {
        var unusedKeys = wanted();
        var unusedRange = within(0, new OffsetRange(0, 0));
    }

    /** The options as text, but without keys, which may be confidential. */
    String text() {
        List<String> text = new ArrayList<>();
        if (reason != null) {
            text.add("--reason " + reason);
        }
        if (!wanted().isEmpty()) {
            text.add(wanted().size() + (wanted().size() == 1 ? " key" : " keys"));
        }
        if (since != null) {
            text.add("--since " + since);
        }
        if (until != null) {
            text.add("--until " + until);
        }
        if (offsets != null) {
            text.add("--offsets " + offsets);
        }
        return String.join(" ", text);
    }

    /** True if a dead letter at a selected offset is selected. */
    boolean matches(DeadLetter deadLetter) {
        long timestamp = deadLetter.record().timestamp();
        return (reason == null || reason.equals(deadLetter.reason()))
                && (since == null || timestamp >= since.toEpochMilli())
                && (until == null || timestamp < until.toEpochMilli())
                && (wanted().isEmpty() || wanted().stream().anyMatch(key -> hasKey(deadLetter, key)));
    }

    /** A reduced dead letter can have another key, or none, and then describes that of its record. */
    private static boolean hasKey(DeadLetter deadLetter, byte[] key) {
        Optional<Reduction> reduction = deadLetter.reduction();
        return reduction.isPresent()
                ? reduction.get().key().filter(Fingerprint.of(key)::equals).isPresent()
                : Arrays.equals(key, deadLetter.record().key());
    }

    private List<byte[]> wanted() {
        if (wanted == null) {
            List<byte[]> all = new ArrayList<>();
            keys.forEach(key -> all.add(key.getBytes(UTF_8)));
            for (String key : binaryKeys) {
                try {
                    all.add(Base64.getDecoder().decode(key));
                } catch (IllegalArgumentException e) {
                    throw new StartupException("--key-base64", "not Base64", "Use --key for a key that is text.", e);
                }
            }
            wanted = all;
        }
        return wanted;
    }

    /**
     * The selected part of a partition.
     *
     * @throws StartupException if {@code --offsets} is not valid
     */
    OffsetRange within(int partition, OffsetRange range) {
        if (offsets == null) {
            return range;
        }
        Matcher matcher = OFFSETS.matcher(offsets);
        if (!matcher.matches()) {
            throw new StartupException(
                    "--offsets=" + offsets, "not valid", "Write partition and offsets, such as 0:17 or 0:100-250.");
        }
        long first = Long.parseLong(matcher.group(2));
        long last = matcher.group(3) == null ? first : Long.parseLong(matcher.group(3));
        return partition == Integer.parseInt(matcher.group(1))
                ? new OffsetRange(Math.max(range.start(), first), Math.min(range.end(), last + 1))
                : new OffsetRange(range.end(), range.end());
    }
}
