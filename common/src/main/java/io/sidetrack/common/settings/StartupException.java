package io.sidetrack.common.settings;

/**
 * A problem at start-up that the operator can solve. It is printed in one line, without a stack trace, and the process ends with
 * exit code {@value #EXIT_CODE}.
 */
public final class StartupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The exit code of a process that could not start because of its settings or its environment. */
    public static final int EXIT_CODE = 2;

    /**
     * @param subject the setting, topic or table with the problem, as an operator writes it
     * @param problem a description of the problem
     * @param remedy an instruction that solves it
     */
    public StartupException(String subject, String problem, String remedy) {
        super(oneLine(subject + ": " + problem + ". " + remedy));
    }

    /** As above, with the failure that revealed the problem, which only debug logging shows. */
    public StartupException(String subject, String problem, String remedy, Throwable cause) {
        this(subject, problem, remedy);
        initCause(cause);
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s*[\\r\\n]+\\s*", " ");
    }
}
