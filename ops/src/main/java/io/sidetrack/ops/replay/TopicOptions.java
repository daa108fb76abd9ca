package io.sidetrack.ops.replay;

import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.Environment;
import io.sidetrack.ops.LaneOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The topic to replay, and the topic to copy it to. */
public final class TopicOptions {
    private final Environment environment;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            description = "The topic to replay: the shared topic, or a lane. Default: ROUTER_SOURCE_TOPIC.")
    private String topic;

    @Option(
            names = "--to-topic",
            paramLabel = "TOPIC",
            description = "The topic to copy to. Default: the backfill lane of the shared topic or of the live lane"
                    + " (ROUTER_BACKFILL_TOPIC, or SOURCE-backfill).")
    private String to;

    @Option(
            names = "--trust-headers",
            paramLabel = "WHEN",
            defaultValue = "auto",
            description =
                    "Whether the topic's headers that are reserved for Sidetrack are Sidetrack's own, and kept:"
                            + " true, false or auto. With auto, they are if the topic has message.timestamp.type=LogAppendTime,"
                            + " as lanes have, and is named as a lane: by default, or in the services' variables. A topic with"
                            + " this setting and any other name is refused, unless it is the shared topic. Default: ${DEFAULT-VALUE}.")
    private Trust trust;

    /** Whether reserved headers are kept. */
    enum Trust {
        AUTO,
        TRUE,
        FALSE;

        /** As users write it, and as completion proposes it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The topics of a replay.
     *
     * @param trusted whether only Sidetrack writes the source
     */
    record Topics(TopicFacts source, TopicFacts target, boolean trusted) {}

    /** @param environment with the services' own variables */
    public TopicOptions(Environment environment) {
        this.environment = environment;
    }

    /** The option that changes the result of a replay, as text. */
    String text() {
        return "trust-headers=" + trust;
    }

    /** @throws StartupException if a topic is not given, does not exist, or the target would lose old records */
    Topics find(TopicDirectory topics) {
        LaneOptions.Named named = LaneOptions.variables(environment);
        String from = Optional.ofNullable(topic)
                .or(named::source)
                .orElseThrow(() -> new StartupException(
                        "--topic", "not given", "Name the topic to replay, here or in ROUTER_SOURCE_TOPIC."));
        TopicFacts source = topics.require("--topic", from);
        TopicFacts target = to == null ? lane(topics, named, from) : topics.require("--to-topic", to);
        target.losesOldRecords().ifPresent(problem -> {
            throw new StartupException(
                    "--to-topic=" + target.name(),
                    problem,
                    "Set message.timestamp.type=LogAppendTime on it (`sidetrack provision` does).");
        });
        requireNotStampedAgain(named, target);
        return new Topics(source, target, trusts(named, source, target));
    }

    /** Whether only Sidetrack writes the source. A producer could forge the headers of any other topic. */
    private boolean trusts(LaneOptions.Named named, TopicFacts source, TopicFacts target) {
        String from = source.name();
        boolean shared = named.source().filter(from::equals).isPresent()
                || target.name().equals(DefaultNames.backfillTopic(from));
        if (trust != Trust.AUTO || shared || !source.stampsRecords()) {
            return trust == Trust.TRUE;
        }
        boolean isLane = DefaultNames.sourceOfLive(from).isPresent()
                || DefaultNames.isNamedBackfill(from)
                || Stream.of(named.live(), named.backfill(), environment.get("WRITER_TOPIC"))
                        .anyMatch(lane -> lane.filter(from::equals).isPresent());
        if (!isLane) {
            throw new StartupException(
                    "--trust-headers=auto",
                    "topic " + from
                            + " has message.timestamp.type=LogAppendTime, as lanes have, but is not known as one",
                    "Use true if only Sidetrack writes it, or false.");
        }
        return true;
    }

    /** The router drops the original timestamp from a record of the shared topic, so that an old record looks new. */
    private void requireNotStampedAgain(LaneOptions.Named named, TopicFacts target) {
        boolean trusts = environment
                .get("ROUTER_TRUST_HEADERS")
                .filter(Boolean::parseBoolean)
                .isPresent();
        if (named.source().filter(target.name()::equals).isPresent() && target.stampsRecords() && !trusts) {
            throw new StartupException(
                    "--to-topic=" + target.name(),
                    "is the shared topic and has message.timestamp.type=LogAppendTime, so that the copies would count as new"
                            + " and overwrite newer items",
                    "Name a lane.");
        }
    }

    private static TopicFacts lane(TopicDirectory topics, LaneOptions.Named named, String from) {
        List<String> names = lanes(named, from);
        if (names.contains(from)) {
            throw new StartupException(
                    "--topic=" + from, "is the backfill lane itself", "Name a target with --to-topic.");
        }
        Map<String, TopicFacts> found = topics.find(names);
        return names.stream()
                .filter(found::containsKey)
                .findFirst()
                .map(found::get)
                .orElseThrow(() -> new StartupException(
                        "--topic=" + from,
                        "there is no lane " + String.join(" or ", names),
                        "Create it with `sidetrack provision`, or name a target with --to-topic."));
    }

    /** The names that the backfill lane of a source or live lane can have. */
    private static List<String> lanes(LaneOptions.Named named, String from) {
        boolean ofInstallation = named.source().filter(from::equals).isPresent()
                || named.live()
                        .or(() -> named.source().map(DefaultNames::liveTopic))
                        .filter(from::equals)
                        .isPresent();
        if (named.backfill().isPresent()
                && (ofInstallation || named.backfill().get().equals(from))) {
            return List.of(named.backfill().get());
        }
        List<String> names = new ArrayList<>(List.of(DefaultNames.backfillTopic(from)));
        DefaultNames.sourceOfLive(from).map(DefaultNames::backfillTopic).ifPresent(names::add);
        return names;
    }
}
