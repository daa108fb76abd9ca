package io.sidetrack.ops;

import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.settings.StartupException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** The names of dead-letter topics: from options, from the services' own variables, or by default. */
public final class DeadLetterOptions {
    private static final String ROUTER = "ROUTER_DEAD_LETTER_TOPIC";
    private static final String WRITER = "WRITER_DEAD_LETTER_TOPIC";
    private static final String WRITER_LANE = "WRITER_TOPIC";

    private final Environment environment;

    @Option(
            names = "--dead-letters",
            paramLabel = "TOPIC=NAME",
            description =
                    "The dead-letter topic of the shared topic or of a lane, if its name is not the default one. Can be"
                            + " given several times, also for a lane with several writers. Default: " + ROUTER
                            + " for the shared topic, " + WRITER
                            + " for the lane in " + WRITER_LANE + "; otherwise TOPIC-dead-letters.")
    private List<String> given = new ArrayList<>();

    /** @param environment the source of names that no option gives */
    public DeadLetterOptions(Environment environment) {
        this.environment = environment;
    }

    /**
     * The dead-letter topics, by the topic whose records they receive; at least one for each.
     *
     * @param source the shared topic, where the router's dead letters come from
     * @param lanes the topics that writers read
     * @throws StartupException if an option names another topic, or a dead-letter topic is one of these
     */
    public Map<String, List<String>> names(String source, Collection<String> lanes) {
        Map<String, List<String>> names = new LinkedHashMap<>();
        names.put(source, new ArrayList<>());
        lanes.forEach(lane -> names.put(lane, new ArrayList<>()));
        for (String option : given) {
            String[] pair = option.split("=", 2);
            if (pair.length < 2 || !names.containsKey(pair[0])) {
                throw new StartupException(
                        "--dead-letters=" + option,
                        "does not begin with the shared topic or a lane, and =",
                        "Use TOPIC=NAME, where TOPIC is one of " + String.join(", ", names.keySet()) + ".");
            }
            names.get(pair[0]).add(pair[1]);
        }
        names.forEach((topic, some) -> {
            if (some.isEmpty()) {
                some.add(ofService(topic, source).orElseGet(() -> DefaultNames.deadLetterTopic(topic)));
            }
            some.stream().filter(names::containsKey).findFirst().ifPresent(name -> {
                throw new StartupException(
                        "--dead-letters=" + topic + "=" + name,
                        name + " is the shared topic or a lane",
                        "Name another topic, here or in %s or %s.".formatted(ROUTER, WRITER));
            });
        });
        return names;
    }

    private Optional<String> ofService(String topic, String source) {
        if (topic.equals(source)) {
            return environment.get(ROUTER);
        }
        return environment.get(WRITER_LANE).filter(topic::equals).flatMap(lane -> environment.get(WRITER));
    }

    /** The names of all dead-letter topics, each once. */
    public Set<String> all(String source, Collection<String> lanes) {
        Set<String> all = new LinkedHashSet<>();
        names(source, lanes).values().forEach(all::addAll);
        return all;
    }
}
