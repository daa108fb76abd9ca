package io.sidetrack.ops.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/** What the lines of a file contain. Thread-safe. */
sealed interface LineFormat permits PlainLines, ExportLines {
    /**
     * The record of a line.
     *
     * @param line without its line end, not blank
     * @throws BadLineException if the line cannot be sent
     */
    FileRecord read(byte[] line) throws BadLineException;

    /**
     * The text of a line.
     *
     * @throws BadLineException if it is not UTF-8
     */
    static String decode(byte[] line) throws BadLineException {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
        } catch (CharacterCodingException e) {
            throw new BadLineException("is not UTF-8");
        }
    }

    /** True if a line has only spaces, and so is skipped. */
    static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t') {
                return false;
            }
        }
        return true;
    }
}
