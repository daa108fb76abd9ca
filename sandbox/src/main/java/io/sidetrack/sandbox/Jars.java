package io.sidetrack.sandbox;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** The runnable jars of a built checkout. */
public record Jars(Path router, Path writer, Path ops) {
    /** The jars that the build of this checkout creates; they may not exist yet. */
    public static Jars ofThisCheckout() {
        try {
            // This code is sandbox/target/classes, or a jar in sandbox/target.
            Path target = Path.of(Jars.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .getParent();
            Path root = target.getParent().getParent();
            return new Jars(
                    root.resolve("router/target/sidetrack-router.jar"),
                    root.resolve("writer/target/sidetrack-writer.jar"),
                    root.resolve("ops/target/sidetrack-ops.jar"));
        } catch (URISyntaxException e) {
            throw new SandboxException("the location of this code is unknown", e);
        }
    }
}
