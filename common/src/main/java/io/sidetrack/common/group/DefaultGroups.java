package io.sidetrack.common.group;

/**
 * The names of the consumer groups that writers use unless {@code WRITER_APPLICATION_ID} is set. Everything that looks for
 * such a group takes its name from here.
 *
 * <p>A group belongs to a lane <em>and</em> a table: two writers that fed two tables in one group would split the lane's
 * partitions between them, and each table would get a part of the records. Between the two names is {@value #SEPARATOR},
 * because neither a topic nor a table can have it in its name (both allow letters, digits, '.', '_' and '-'), so two pairs
 * never have the same group; and because it needs no quotes in a shell and no escapes in a URL. Kafka restricts neither
 * group ids nor client ids. An ACL for the prefix {@code sidetrack-writer-LANE~} matches the groups of that lane alone.
 */
public final class DefaultGroups {
    private static final String WRITER = "sidetrack-writer-";
    private static final String SEPARATOR = "~";
    private static final String ARN = "arn:";
    private static final String TABLE_IN_ARN = ":table/";

    private DefaultGroups() {}

    /**
     * The group of a writer, such as {@code sidetrack-writer-orders-live~orders}.
     *
     * @param table a name, or an ARN, which counts as the name in it: two tables of the same name in two regions or accounts
     *     have the same default group
     */
    public static String ofWriter(String lane, String table) {
        return WRITER + lane + SEPARATOR + nameOf(table);
    }

    /** The group that a writer had in versions before the table became part of the name. */
    public static String formerOfWriter(String lane) {
        return WRITER + lane;
    }

    /** The command that makes one group continue in a topic where another one stopped. */
    public static String copyCommand(String topic, String from, String to) {
        return "sidetrack copy-offsets --topic %s --from %s --to %s".formatted(topic, from, to);
    }

    private static String nameOf(String table) {
        int name = table.indexOf(TABLE_IN_ARN);
        return table.startsWith(ARN) && name >= 0 ? table.substring(name + TABLE_IN_ARN.length()) : table;
    }
}
