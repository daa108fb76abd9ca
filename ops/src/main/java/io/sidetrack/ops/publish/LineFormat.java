package io.sidetrack.ops.publish;

/** What the lines of a file contain. Thread-safe. */
sealed interface LineFormat permits PlainLines, ExportLines {
    /**
     * The record of a line.
     *
     * @param line without its line end, not blank
     * @throws BadLineException if the line cannot be sent
     */
    FileRecord read(byte[] line) throws BadLineException;

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
