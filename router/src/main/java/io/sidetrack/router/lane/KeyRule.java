package io.sidetrack.router.lane;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Sends records with certain keys, or certain prefixes of keys, to the backfill lane: a tenant that imports, for example. */
public final class KeyRule implements Rule {
    private final Set<ByteBuffer> keys;
    private final List<byte[]> prefixes;

    /** Both as text; their UTF-8 bytes are compared with the key's bytes. */
    public KeyRule(List<String> keys, List<String> prefixes) {
        this.keys =
                keys.stream().map(key -> ByteBuffer.wrap(key.getBytes(UTF_8))).collect(Collectors.toUnmodifiableSet());
        this.prefixes = prefixes.stream().map(prefix -> prefix.getBytes(UTF_8)).toList();
    }

    @Override
    public String name() {
        return "key";
    }

    @Override
    public Decision decide(Arrival record) {
        byte[] key = record.key();
        return Decision.backfillIf(key != null && (isListed(key) || hasPrefix(key)));
    }

    private boolean isListed(byte[] key) {
        return !keys.isEmpty() && keys.contains(ByteBuffer.wrap(key));
    }

    private boolean hasPrefix(byte[] key) {
        for (byte[] prefix : prefixes) {
            if (key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length)) {
                return true;
            }
        }
        return false;
    }
}
