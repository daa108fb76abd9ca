package io.sidetrack.ops;

import picocli.CommandLine.Option;

/** The header that names the backfill of a record: from the option, from the router's own variable, or by default. */
public final class HeaderOption {
    private static final String DEFAULT = "x-backfill";

    private final Environment environment;

    @Option(
            names = "--header-name",
            paramLabel = "NAME",
            description = "The header that marks the records of a backfill. Default: ROUTER_BACKFILL_HEADER, or "
                    + DEFAULT + ".")
    private String name;

    /** @param environment with the router's own variables */
    public HeaderOption(Environment environment) {
        this.environment = environment;
    }

    /** The name of the header. */
    public String name() {
        return environment.orVariable(name, "ROUTER_BACKFILL_HEADER").orElse(DEFAULT);
    }
}
