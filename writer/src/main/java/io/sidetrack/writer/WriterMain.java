package io.sidetrack.writer;

import io.sidetrack.common.build.Platform;
import io.sidetrack.common.log.Secrets;
import io.sidetrack.common.service.ServiceLaunch;
import io.sidetrack.common.settings.LogSettings;
import java.util.Map;

/** The writer's process. Nothing else in this module reads the environment. */
public final class WriterMain {
    private WriterMain() {}

    /** Exit codes: 0 after a clean stop, 1 after a failure, 2 if the writer cannot start. */
    public static void main(String[] args) {
        System.exit(ServiceLaunch.run("sidetrack-writer", args, () -> run(System.getenv())));
    }

    private static int run(Map<String, String> environment) {
        Secrets.remember(environment);
        Platform.of(System.getProperties()).requireNativeLibraries();
        LogSettings.check(environment);
        WriterConfig config = WriterConfig.read(environment);
        WriterChecks.Topics topics = WriterChecks.run(config);
        try (WriterAssembly writer = WriterAssembly.open(config, topics)) {
            return writer.run();
        }
    }
}
