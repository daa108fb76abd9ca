package io.sidetrack.ops.steering;

import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.Steering;
import io.sidetrack.ops.JsonObject;
import io.sidetrack.ops.JsonOption;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.cluster.Cluster;
import java.io.PrintWriter;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Option;

/** Changes the settings of the writers of the backfill lane as a group. */
final class WriterSteering {
    @Option(
            names = "--not-started",
            description =
                    "The group of the writers need not exist: they have not started yet, and will follow when they do.")
    private boolean mayBeMissing;

    boolean mayBeMissing() {
        return mayBeMissing;
    }

    /**
     * Changes the settings.
     *
     * @param step from the current setting to the next one
     * @throws OpsException if there is no such group, and it need not have started yet
     */
    void change(SteeringOptions options, JsonOption json, PrintWriter out, UnaryOperator<Steering> step) {
        String group = options.writers();
        try (Cluster cluster = options.open()) {
            if (!mayBeMissing && cluster.state(group).isEmpty()) {
                throw new OpsException(
                        ("there is no group %s, or this principal may not see it, so no writer would react; correct"
                                        + " --source, --table or --backfill-group, or use --not-started if its writers have never"
                                        + " been started")
                                .formatted(group));
            }
            ControlTopic controlTopic = options.control(cluster);
            Steering wanted = step.apply(controlTopic.steering(group));
            controlTopic.put(group, wanted, cluster.admin());
            if (json.isWanted()) {
                JsonOption.print(out, json(group, wanted));
            } else {
                out.println(text(group, wanted));
                out.flush();
            }
        }
    }

    /** One line about the settings. */
    static String text(String group, Steering steering) {
        return "writers of group " + group + ": " + SteeringText.of(steering);
    }

    /** The settings for programs. */
    static JsonObject json(String group, Steering steering) {
        return new JsonObject()
                .put("group", group)
                .put("paused", steering.paused())
                .put("writeUnits", steering.writeUnits());
    }
}
