package io.sidetrack.sandbox.demo;

/** The machine on which the demo ran. */
final class Machine {
    private Machine() {}

    /** Processors and Java version, such as {@code 2 processors, Java 17}. */
    static String text() {
        int processors = Runtime.getRuntime().availableProcessors();
        return "%d processor%s, Java %d"
                .formatted(
                        processors,
                        processors == 1 ? "" : "s",
                        Runtime.version().feature());
    }
}
