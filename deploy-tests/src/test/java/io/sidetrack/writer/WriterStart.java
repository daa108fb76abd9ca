package io.sidetrack.writer;

import io.sidetrack.writer.settings.WriterSettings;
import java.util.Map;

/** The part of a writer's start that reads its configuration. */
public final class WriterStart {
    private WriterStart() {}

    /**
     * Reads the configuration of a writer.
     *
     * @throws io.sidetrack.common.settings.StartupException as the writer would print it
     */
    public static WriterSettings configure(Map<String, String> environment) {
        return WriterConfig.read(environment).settings();
    }
}
