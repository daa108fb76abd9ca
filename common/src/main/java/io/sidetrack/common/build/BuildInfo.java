package io.sidetrack.common.build;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The version and git revision that a jar was built from.
 *
 * @param version the Maven version
 * @param revision the abbreviated commit id, or {@code unknown} if the sources were built outside a git repository
 */
public record BuildInfo(String version, String revision) {
    private static final String RESOURCE = "build.properties";

    private static final BuildInfo CURRENT = read();

    /** The build that this class belongs to. */
    public static BuildInfo current() {
        return CURRENT;
    }

    private static BuildInfo read() {
        try (InputStream in = BuildInfo.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the jar does not contain " + RESOURCE);
            }
            Properties properties = new Properties();
            properties.load(in);
            return new BuildInfo(properties.getProperty("version"), properties.getProperty("revision"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return version + " (revision " + revision + ")";
    }
}
