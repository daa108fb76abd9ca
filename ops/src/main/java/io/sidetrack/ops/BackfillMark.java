package io.sidetrack.ops;

import io.sidetrack.common.record.OwnHeaders;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.ops.parked.BackfillName;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The header by which the router and the metrics know a backfill. */
public final class BackfillMark {
    @Option(
            names = "--backfill",
            paramLabel = "NAME",
            description =
                    "Marks records as part of this backfill. 1 to 100 bytes of printable UTF-8; not 0 or false, which the"
                            + " router treats as live.")
    private String name;

    @Mixin
    private HeaderOption header;

    /** The name of the backfill; empty if records are not marked. */
    public Optional<String> name() {
        return Optional.ofNullable(name);
    }

    /** The name of the header. */
    public String headerName() {
        return header.name();
    }

    /**
     * Rejects headers that the router drops, and names by which the records could not be paused later. Among them are values that
     * the router reads as "no", because the records would silently be live.
     *
     * @throws StartupException if an option is not valid
     */
    public void check() {
        name().flatMap(BackfillName::problem).ifPresent(problem -> {
            throw new StartupException(
                    "--backfill=" + name,
                    problem,
                    "Give the backfill another name, or omit the option to leave the records unmarked.");
        });
        if (OwnHeaders.isOwn(headerName())) {
            throw new StartupException(
                    "--header-name=" + headerName(), "is reserved for Sidetrack", "Use another header.");
        }
    }
}
