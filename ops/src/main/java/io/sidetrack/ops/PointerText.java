package io.sidetrack.ops;

import com.fasterxml.jackson.core.JsonPointer;
import io.sidetrack.common.settings.StartupException;

/** JSON pointers as options contain them. */
public final class PointerText {
    private PointerText() {}

    /**
     * Parses the value of an option.
     *
     * @throws StartupException if it is not a JSON pointer
     */
    public static JsonPointer parse(String option, String text) {
        try {
            return JsonPointer.compile(text);
        } catch (IllegalArgumentException e) {
            throw new StartupException(
                    option + "=" + text, "not a JSON pointer", "Begin it with a slash, such as /order/id.", e);
        }
    }
}
