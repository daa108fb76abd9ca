package io.sidetrack.ops.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.mapping.model.ItemKey;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Computes the {@link Content} of items: truncated SHA-256 of a canonical form, in which attributes and the elements of sets are
 * sorted, and numbers have one spelling. Not thread-safe.
 */
final class ContentDigester {
    private final MessageDigest attribute = sha256();
    private final MessageDigest item = sha256();
    private final ByteBuffer number = ByteBuffer.allocate(Integer.BYTES);

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * The content of an item.
     *
     * @param ignored the names of attributes that do not count
     */
    Content of(Map<String, AttributeValue> attributes, Predicate<String> ignored) {
        List<String> names = new ArrayList<>(attributes.size());
        int[] hints = new int[attributes.size()];
        for (Map.Entry<String, AttributeValue> entry : new TreeMap<>(attributes).entrySet()) {
            if (!ignored.test(entry.getKey())) {
                text(entry.getKey());
                value(entry.getValue());
                byte[] digest = attribute.digest();
                hints[names.size()] = ByteBuffer.wrap(digest).getInt();
                names.add(entry.getKey());
                item.update(digest);
            }
        }
        ByteBuffer digest = ByteBuffer.wrap(item.digest());
        return new Content(digest.getLong(), digest.getLong(), Arrays.copyOf(hints, names.size()), names);
    }

    private void value(AttributeValue value) {
        text(value.type().name());
        switch (value.type()) {
            case S -> text(value.s());
            case N -> text(canonical(value.n()));
            case B -> bytes(value.b().asByteArrayUnsafe());
            case BOOL -> length(value.bool() ? 1 : 0);
            case NUL -> length(0);
            case SS -> texts(value.ss());
            case NS -> texts(value.ns().stream().map(ContentDigester::canonical).toList());
            case BS -> binaries(value.bs());
            case L -> {
                length(value.l().size());
                value.l().forEach(this::value);
            }
            case M -> {
                length(value.m().size());
                new TreeMap<>(value.m()).forEach((name, element) -> {
                    text(name);
                    value(element);
                });
            }
            case UNKNOWN_TO_SDK_VERSION -> text(value.toString());
        }
    }

    private static String canonical(String decimal) {
        return ItemKey.canonical(new BigDecimal(decimal));
    }

    private void texts(List<String> set) {
        length(set.size());
        set.stream().sorted().forEach(this::text);
    }

    private void binaries(List<SdkBytes> set) {
        length(set.size());
        set.stream().map(SdkBytes::asByteArrayUnsafe).sorted(Arrays::compare).forEach(this::bytes);
    }

    private void text(String text) {
        bytes(text.getBytes(UTF_8));
    }

    /** Adds a part with its length, so that different sequences of parts differ. */
    private void bytes(byte[] bytes) {
        length(bytes.length);
        attribute.update(bytes);
    }

    private void length(int length) {
        attribute.update(number.putInt(0, length).array());
    }
}
