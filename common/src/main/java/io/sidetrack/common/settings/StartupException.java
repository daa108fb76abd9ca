package io.sidetrack.common.settings;

/**
 * A problem that the operator can mend before the process starts: it is told in one line, without a stack trace, and
 * the process ends with exit code {@value #EXIT_CODE}.
 */
public final class StartupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The exit code of a process that could not start because of its settings or surroundings. */
    public static final int EXIT_CODE = 2;

    /**
     * @param subject the setting, topic or table that is at fault, as the operator would write it
     * @param problem what is wrong with it
     * @param remedy what to do about it, as an instruction
     */
    public StartupException(String subject, String problem, String remedy) {
        super(oneLine(subject + ": " + problem + ". " + remedy));
    }

    /** As above, with the failure that revealed the problem; it is shown only when debug logging is on. */
    public StartupException(String subject, String problem, String remedy, Throwable cause) {
        this(subject, problem, remedy);
        initCause(cause);
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s*[\\r\\n]+\\s*", " ");
    }
}
