package io.sidetrack.ops.provision;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.ops.LaneOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A shared topic and its lanes as a user declares them, with options or in a file. Null means "not declared".
 *
 * @param source the shared topic
 * @param createSource whether to create it if it does not exist
 * @param sourcePartitions only with {@code createSource}
 * @param live the live lane; by default the source's name and {@code -live}
 * @param livePartitions by default as many as the source has
 * @param backfill the backfill lane; by default the source's name and {@code -backfill}. With the name of the live lane, both
 *     lanes are one topic
 * @param backfillPartitions by default 48, or as many as the live lane has if both are one topic
 * @param parked the topic for parked records; by default the backfill lane's name and {@code -parked}. It always has as many
 *     partitions as the backfill lane
 * @param replicationFactor of topics that are created; by default that of the cluster
 * @param retentionMs how long lanes keep records from their arrival, in ms; by default 7 days
 * @param deadLetterRetentionMs how long dead-letter topics keep records, in ms; by default forever (-1)
 * @param parkedRetentionMs how long the topic for parked records keeps them, in ms; by default forever (-1)
 * @param retentionBytes how many bytes a partition of a lane keeps; by default without limit (-1)
 */
record LaneDeclaration(
        String source,
        Boolean createSource,
        Integer sourcePartitions,
        String live,
        Integer livePartitions,
        String backfill,
        Integer backfillPartitions,
        String parked,
        Short replicationFactor,
        Long retentionMs,
        Long deadLetterRetentionMs,
        Long parkedRetentionMs,
        Long retentionBytes) {

    static final int DEFAULT_SOURCE_PARTITIONS = 3;
    static final int DEFAULT_BACKFILL_PARTITIONS = 48;
    static final long DEFAULT_RETENTION_MS = 7L * 24 * 60 * 60 * 1000;
    private static final int MAX_PARTITIONS = 100_000;

    /**
     * Reads a declaration from a JSON file.
     *
     * @throws StartupException if the file is not a valid declaration; the message names the file and the problem
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
                    "unknown field " + e.getPropertyName(),
                    "Fields are: source, createSource, sourcePartitions, live, livePartitions, backfill,"
                            + " backfillPartitions, parked, replicationFactor, retentionMs, deadLetterRetentionMs,"
                            + " parkedRetentionMs, retentionBytes.",
                    e);
        } catch (JsonProcessingException e) {
            throw new StartupException(
                    "--file=" + file, "not a valid declaration: " + e.getOriginalMessage(), "Correct it.", e);
        } catch (IOException e) {
            throw new StartupException("--file=" + file, "cannot be read", "Name a JSON file.", e);
        }
    }

    /** The topics that the services' own settings name. */
    static LaneDeclaration of(LaneOptions.Named topics, Optional<String> parked) {
        return new LaneDeclaration(
                topics.source().orElse(null),
                null,
                null,
                topics.live().orElse(null),
                null,
                topics.backfill().orElse(null),
                null,
                parked.orElse(null),
                null,
                null,
                null,
                null,
                null);
    }

    /** This declaration, with everything that another one declares taken from there. */
    LaneDeclaration overriddenBy(LaneDeclaration over) {
        return new LaneDeclaration(
                or(over.source, source),
                or(over.createSource, createSource),
                or(over.sourcePartitions, sourcePartitions),
                or(over.live, live),
                or(over.livePartitions, livePartitions),
                or(over.backfill, backfill),
                or(over.backfillPartitions, backfillPartitions),
                or(over.parked, parked),
                or(over.replicationFactor, replicationFactor),
                or(over.retentionMs, retentionMs),
                or(over.deadLetterRetentionMs, deadLetterRetentionMs),
                or(over.parkedRetentionMs, parkedRetentionMs),
                or(over.retentionBytes, retentionBytes));
    }

    /**
     * This declaration with all defaults except those that depend on existing topics: {@link #livePartitions} and the
     * retentions.
     *
     * @throws StartupException if something is missing or contradictory
     */
    LaneDeclaration complete() {
        if (source == null) {
            throw new StartupException(
                    "--source", "not given", "Name the shared topic, here, in a --file or in ROUTER_SOURCE_TOPIC.");
        }
        String backfillLane = or(backfill, DefaultNames.backfillTopic(source));
        LaneDeclaration lanes = new LaneDeclaration(
                        source,
                        or(createSource, false),
                        or(sourcePartitions, DEFAULT_SOURCE_PARTITIONS),
                        or(live, DefaultNames.liveTopic(source)),
                        livePartitions,
                        backfillLane,
                        backfillPartitions,
                        or(parked, DefaultNames.parkedTopic(backfillLane)),
                        or(replicationFactor, (short) -1),
                        retentionMs,
                        deadLetterRetentionMs,
                        parkedRetentionMs,
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
                parked,
                replicationFactor,
                retentionMs,
                deadLetterRetentionMs,
                parkedRetentionMs,
                retentionBytes);
    }

    /** True if both lanes are one topic: the router only repartitions its source then. */
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
        if (parked.equals(source) || parked.equals(live) || parked.equals(backfill)) {
            throw new StartupException(
                    "--parked=" + parked,
                    "the topic for parked records can be neither the source nor a lane",
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
        requireLimit("--parked-retention-ms", parkedRetentionMs);
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
