package io.sidetrack.common.lane;

import java.util.Optional;

/**
 * The default names of topics, consumer groups and the header of backfills. All services and commands use this class, so that they agree on the names.
 *
 * <p>A writer's group belongs to a lane <em>and</em> a table: if writers of two tables shared a group, they would split the lane's
 * partitions, and each table would receive only some of the records. The separator between the two names is
 * {@value #SEPARATOR}: neither topics nor tables can have it in their names (both allow letters, digits, '.', '_' and '-'), so
 * two pairs never have the same group, and it needs no quotes in a shell and no escapes in a URL. Kafka restricts neither group
 * ids nor client ids. An ACL for the prefix {@code sidetrack-writer-LANE~} matches only the groups of that lane.
 */
public final class DefaultNames {
    /** The topic that records takeovers, and the speed and pauses of backfills. */
    public static final String CONTROL_TOPIC = "sidetrack-control";
    /** The topic that records how far replays are. */
    public static final String JOURNAL_TOPIC = "sidetrack-journal";

    /** The topic to which services publish how many records of each named backfill they have processed. */
    public static final String STATUS_TOPIC = "sidetrack-status";

    /** The header that marks a record as part of a backfill; its value may name the backfill. */
    public static final String BACKFILL_HEADER = "x-backfill";

    private static final String LIVE = "-live";
    private static final String BACKFILL = "-backfill";
    private static final String DEAD_LETTERS = "-dead-letters";
    private static final String PARKED = "-parked";
    private static final String ROUTER = "sidetrack-router-";
    private static final String WRITER = "sidetrack-writer-";
    private static final String SEPARATOR = "~";
    private static final String ARN = "arn:";
    private static final String TABLE_IN_ARN = ":table/";

    private DefaultNames() {}

    /** The live lane of a source topic, such as {@code orders-live}. */
    public static String liveTopic(String source) {
        return source + LIVE;
    }

    /** The source topic of a live lane with the default name; empty for any other name. */
    public static Optional<String> sourceOfLive(String liveTopic) {
        return withoutSuffix(liveTopic, LIVE);
    }

    /** The backfill lane of a source topic, such as {@code orders-backfill}. */
    public static String backfillTopic(String source) {
        return source + BACKFILL;
    }

    /** True if a topic has the default name of a backfill lane. */
    public static boolean isNamedBackfill(String topic) {
        return topic.endsWith(BACKFILL);
    }

    /** The dead-letter topic of a topic, which is a lane or a source, such as {@code orders-live-dead-letters}. */
    public static String deadLetterTopic(String topic) {
        return topic + DEAD_LETTERS;
    }

    /** The topic that a dead-letter topic of the default name belongs to; empty for any other name. */
    public static Optional<String> topicOfDeadLetters(String deadLetterTopic) {
        return withoutSuffix(deadLetterTopic, DEAD_LETTERS);
    }

    private static Optional<String> withoutSuffix(String name, String suffix) {
        return name.endsWith(suffix) && name.length() > suffix.length()
                ? Optional.of(name.substring(0, name.length() - suffix.length()))
                : Optional.empty();
    }

    /** The topic for the records of a lane whose backfill is paused or cancelled, such as {@code orders-backfill-parked}. */
    public static String parkedTopic(String lane) {
        return lane + PARKED;
    }

    /** The group of a router, such as {@code sidetrack-router-orders}. */
    public static String routerGroup(String source) {
        return ROUTER + source;
    }

    /**
     * The group of a writer, such as {@code sidetrack-writer-orders-live~orders}.
     *
     * @param table a name or an ARN; only the name in an ARN counts, so tables of the same name in two regions or accounts have
     *     the same default group
     */
    public static String writerGroup(String lane, String table) {
        return WRITER + lane + SEPARATOR + nameOf(table);
    }

    /** The group that a writer had in versions before the table became part of the name. */
    public static String formerWriterGroup(String lane) {
        return WRITER + lane;
    }

    /** The command that lets one group continue in a topic where another one stopped. */
    public static String copyCommand(String topic, String from, String to) {
        return "sidetrack copy-offsets --topic %s --from %s --to %s".formatted(topic, from, to);
    }

    private static String nameOf(String table) {
        int name = table.indexOf(TABLE_IN_ARN);
        return table.startsWith(ARN) && name >= 0 ? table.substring(name + TABLE_IN_ARN.length()) : table;
    }
}
