package io.sidetrack.adversarial;

import java.util.ArrayList;
import java.util.List;

/** Finds what moves a cursor, colours a terminal or forges a line of a log. */
final class ControlBytes {
    private static final int SHOWN = 5;

    private ControlBytes() {}

    /**
     * The first lines with a control character other than the newline at their end.
     *
     * @return each with the character's number, and cleaned, so that a test's report does not do what the test forbids
     */
    static List<String> in(String text) {
        List<String> found = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            if (found.size() == SHOWN) {
                break;
            }
            line.chars()
                    .filter(Character::isISOControl)
                    .findFirst()
                    .ifPresent(c -> found.add(String.format("U+%04X in: %s", c, line.replaceAll("\\p{Cc}", "?"))));
        }
        return found;
    }
}
