package io.sidetrack.ops.provision;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.settings.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a user says of a shared topic and its lanes, by options or in a file. Null is "not said".
 *
 * @param source the shared topic
 * @param createSource whether to create it if it is not there
 * @param sourcePartitions only with {@code createSource}
 * @param live the live lane; by default the source's name and {@code -live}
 * @param livePartitions by default as many as the source has
 * @param backfill the backfill lane; by default the source's name and {@code -backfill}. The live lane's name makes both one
 *     topic
 * @param backfillPartitions by default 48, or as many as the live lane has if both are one topic
 * @param replicationFactor of topics that are created; by default the cluster's
 * @param retentionMs how long lanes keep records from their arrival, in ms; by default 7 days
 * @param deadLetterRetentionMs how long dead-letter topics do; by default for ever (-1), until somebody has dealt with
 *     them
 * @param retentionBytes how many bytes of a lane's partition are kept; by default as many as there are (-1)
 */
record LaneDeclaration(
        String source,
        Boolean createSource,
        Integer sourcePartitions,
        String live,
        Integer livePartitions,
        String backfill,
        Integer backfillPartitions,
        Short replicationFactor,
        Long retentionMs,
        Long deadLetterRetentionMs,
        Long retentionBytes) {

    static final int DEFAULT_SOURCE_PARTITIONS = 3;
    static final int DEFAULT_BACKFILL_PARTITIONS = 48;
    static final long DEFAULT_RETENTION_MS = 7L * 24 * 60 * 60 * 1000;
    private static final int MAX_PARTITIONS = 100_000;

    /**
     * Reads a declaration.
     *
     * @throws StartupException naming the file and what is wrong in it
     */
    static LaneDeclaration read(Path file) {
        try {
            return JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build()
                    .readValue(Files.readString(file), LaneDeclaration.class);
        } catch (UnrecognizedPropertyException e) {
            throw new StartupException(
                    "--file=" + file,
                    "it has a field that means nothing, " + e.getPropertyName(),
                    "Fields are: source, createSource, sourcePartitions, live, livePartitions, backfill,"
                            + " backfillPartitions, replicationFactor, retentionMs, deadLetterRetentionMs, retentionBytes.",
                    e);
        } catch (JsonProcessingException e) {
            throw new StartupException(
                    "--file=" + file, "it is not as it should be: " + e.getOriginalMessage(), "Correct it.", e);
        } catch (IOException e) {
            throw new StartupException("--file=" + file, "cannot be read", "Name a JSON file.", e);
        }
    }

    /** What the services' own settings say, where they are in the environment. */
    static LaneDeclaration of(Map<String, String> environment) {
        return new LaneDeclaration(
                given(environment, "ROUTER_SOURCE_TOPIC"),
                null,
                null,
                given(environment, "ROUTER_LIVE_TOPIC"),
                null,
                given(environment, "ROUTER_BACKFILL_TOPIC"),
                null,
                null,
                null,
                null,
                null);
    }

    /** An empty variable is not set, as for the services. */
    private static String given(Map<String, String> environment, String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value.trim();
    }

    /** What {@code over} says, and where it says nothing, what this says. */
    LaneDeclaration overriddenBy(LaneDeclaration over) {
        return new LaneDeclaration(
                or(over.source, source),
                or(over.createSource, createSource),
                or(over.sourcePartitions, sourcePartitions),
                or(over.live, live),
                or(over.livePartitions, livePartitions),
                or(over.backfill, backfill),
                or(over.backfillPartitions, backfillPartitions),
                or(over.replicationFactor, replicationFactor),
                or(over.retentionMs, retentionMs),
                or(over.deadLetterRetentionMs, deadLetterRetentionMs),
                or(over.retentionBytes, retentionBytes));
    }

    /**
     * With every default filled in but those that depend on the topics: {@link #livePartitions}, and the retentions, of
     * which a topic may have a longer one.
     *
     * @throws StartupException if something is missing or contradictory
     */
    LaneDeclaration complete() {
        if (source == null) {
            throw new StartupException(
                    "--source", "not given", "Name the shared topic, here, in a --file or in ROUTER_SOURCE_TOPIC.");
        }
        LaneDeclaration lanes = new LaneDeclaration(
                        source,
                        or(createSource, false),
                        or(sourcePartitions, DEFAULT_SOURCE_PARTITIONS),
                        or(live, DefaultNames.liveTopic(source)),
                        livePartitions,
                        or(backfill, DefaultNames.backfillTopic(source)),
                        backfillPartitions,
                        or(replicationFactor, (short) -1),
                        retentionMs,
                        deadLetterRetentionMs,
                        retentionBytes)
                .withBackfillPartitions();
        lanes.check();
        return lanes;
    }

    private LaneDeclaration withBackfillPartitions() {
        Integer ofOneTopic = isOneTopic() ? livePartitions : null;
        return new LaneDeclaration(
                source,
                createSource,
                sourcePartitions,
                live,
                livePartitions,
                backfill,
                or(backfillPartitions, or(ofOneTopic, DEFAULT_BACKFILL_PARTITIONS)),
                replicationFactor,
                retentionMs,
                deadLetterRetentionMs,
                retentionBytes);
    }

    /** Whether both lanes are one topic: the router is a plain repartitioner then. */
    boolean isOneTopic() {
        return live.equals(backfill);
    }

    private void check() {
        requirePartitions("--source-partitions", sourcePartitions);
        requirePartitions("--live-partitions", livePartitions);
        requirePartitions("--backfill-partitions", backfillPartitions);
        if (live.equals(source) || backfill.equals(source)) {
            throw new StartupException(
                    "--live=%s --backfill=%s".formatted(live, backfill),
                    "a lane cannot be the source",
                    "Give it a name of its own.");
        }
        if (isOneTopic() && livePartitions != null && !livePartitions.equals(backfillPartitions)) {
            throw new StartupException(
                    "--live-partitions=%d --backfill-partitions=%d".formatted(livePartitions, backfillPartitions),
                    "both lanes are one topic, " + live,
                    "Give one of the two, or a backfill lane of another name.");
        }
        requireLimit("--retention-ms", retentionMs);
        requireLimit("--dead-letter-retention-ms", deadLetterRetentionMs);
        requireLimit("--retention-bytes", retentionBytes);
        if (replicationFactor == 0 || replicationFactor < -1) {
            throw new StartupException(
                    "--replication-factor=" + replicationFactor, "not valid", "Set it to 1 or more.");
        }
    }

    private static void requireLimit(String option, Long limit) {
        if (limit != null && limit < -1) {
            throw new StartupException(option + "=" + limit, "negative", "Set it to 0 or more, or to -1 for no limit.");
        }
    }

    private static void requirePartitions(String option, Integer partitions) {
        if (partitions != null && (partitions < 1 || partitions > MAX_PARTITIONS)) {
            throw new StartupException(option + "=" + partitions, "not valid", "Set it to 1 or more.");
        }
    }

    private static <T> T or(T value, T fallback) {
        return value == null ? fallback : value;
    }
}
