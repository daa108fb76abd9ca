package io.sidetrack.ops;

/** What the help of each command says about its exit codes. */
public final class ExitCodes {
    public static final String HEADING = "Exit codes:%n";
    public static final String DONE = "0:done";
    public static final String NOT_DONE = "1:not done";
    public static final String INVALID = "2:invalid arguments or settings";

    private ExitCodes() {}
}
