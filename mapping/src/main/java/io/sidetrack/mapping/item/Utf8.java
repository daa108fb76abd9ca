package io.sidetrack.mapping.item;

import io.sidetrack.mapping.model.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Strict UTF-8. JSON parsers accept some malformed sequences, so the item would differ from the record. */
public final class Utf8 {
    private Utf8() {}

    static void require(byte[] bytes, String what) throws RejectedException {
        for (byte b : bytes) {
            if (b < 0) {
                decode(bytes, what);
                return;
            }
        }
    }

    static String decode(byte[] bytes, String what) throws RejectedException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new RejectedException(Reason.NOT_UTF8, what + " is not valid UTF-8");
        }
    }

    /** Returns the length in UTF-8. Each half of a surrogate pair counts as two of its four bytes, whether it is paired or not. */
    public static int length(String text) {
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            length += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return length;
    }

    /** Returns the length in UTF-8; rejects a text that UTF-8 cannot represent. */
    static int length(String text, String what) throws RejectedException {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes++;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (!Character.isSurrogate(c)) {
                bytes += 3;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                throw new RejectedException(Reason.BROKEN_TEXT, what + " has an unpaired surrogate");
            }
        }
        return bytes;
    }
}
