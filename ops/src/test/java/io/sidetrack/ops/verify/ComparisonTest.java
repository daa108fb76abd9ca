package io.sidetrack.ops.verify;

import static io.sidetrack.ops.verify.Samples.item;
import static io.sidetrack.ops.verify.Samples.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.mapping.settings.GuardSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The comparison of temporary files with a table in memory. */
class ComparisonTest {
    private static final GuardSettings OVERWRITE = Samples.guard();
    private static final int KEYS = 1_500;

    @TempDir
    private Path folder;

    private final Map<ItemKey, Map<String, AttributeValue>> table = new HashMap<>();
    private final Tally tally = new Tally(3);
    private final StopRequest stop = new StopRequest();
    private int largestRead;

    private void compare(Buckets buckets, long maxBytes) throws IOException {
        buckets.close();
        Comparison comparison = new Comparison(
                new Judge(OVERWRITE.mode(), Optional.empty(), 0),
                Samples.KEYS,
                new ObservedItems(OVERWRITE),
                keys -> {
                    largestRead = Math.max(largestRead, keys.size());
                    return CompletableFuture.completedFuture(keys.stream()
                            .map(table::get)
                            .filter(Objects::nonNull)
                            .toList());
                },
                2,
                entry -> LaneRecords.position(entry.stream(), entry.offset()),
                tally,
                folder,
                maxBytes,
                stop);
        comparison.compare(buckets.files(), done -> {});
    }

    private static Entry put(int i, long offset, int n) {
        return Samples.entry(
                        Samples.entries(OVERWRITE),
                        record(0, offset, 0, "k", "{\"id\":\"k" + i + "\",\"n\":" + n + "}"),
                        Entry.Phase.SELECTED)
                .get(0);
    }

    private Buckets buckets() throws IOException {
        Buckets buckets = new Buckets(folder, 0);
        for (int i = 0; i < KEYS; i++) {
            buckets.add(put(i, i, 0));
        }
        for (int i = 0; i < KEYS; i++) {
            buckets.add(put(i, KEYS + i, 1));
            table.put(Samples.key("k" + i), item("k" + i, 1, Map.of()));
        }
        return buckets;
    }

    @Test
    void everyKeyIsComparedOnceWithItsLastRecord() throws IOException {
        compare(buckets(), Long.MAX_VALUE);
        assertThat(tally.keys()).isEqualTo(KEYS);
        assertThat(tally.count(Outcome.EQUAL)).isEqualTo(KEYS);
        assertThat(tally.isClean()).isTrue();
        assertThat(largestRead).isLessThanOrEqualTo(BatchReads.MAX_KEYS);
    }

    @Test
    void filesWithTooManyKeysAreDividedWithTheSameResult() throws IOException {
        Buckets buckets = buckets();
        table.remove(Samples.key("k7"));
        table.put(Samples.key("k8"), item("k8", 0, Map.of()));
        // Room for about ten keys at a time.
        compare(buckets, 3_000);
        assertThat(tally.keys()).isEqualTo(KEYS);
        assertThat(tally.count(Outcome.EQUAL)).isEqualTo(KEYS - 2);
        assertThat(tally.first(Outcome.MISSING)).hasToString("[id=k7; partition 0, offset " + (KEYS + 7) + "]");
        assertThat(tally.first(Outcome.DIFFERENT))
                .hasToString("[id=k8; partition 0, offset " + (KEYS + 8) + "; other in the table: n]");
        assertThat(largestRead).isLessThan(20);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).as("temporary files that are left").isEmpty();
        }
    }

    @Test
    void itemWithoutARecordIsExtraUnlessAnotherLaneAccountsForIt() throws IOException {
        Buckets buckets = new Buckets(folder, 0);
        KeyHash hash = new KeyHash();
        for (String id : List.of("k1", "other", "extra")) {
            buckets.add(Entry.scanned(Samples.key(id), hash.of(Samples.key(id))));
        }
        buckets.add(put(1, 1, 1));
        table.put(Samples.key("k1"), item("k1", 1, Map.of()));
        buckets.add(Entry.accounting(Samples.key("other"), hash.of(Samples.key("other"))));
        compare(buckets, Long.MAX_VALUE);
        assertThat(tally.first(Outcome.EXTRA)).hasToString("[id=extra]");
        assertThat(tally.count(Outcome.EXTRA)).isEqualTo(1);
        assertThat(tally.count(Outcome.EQUAL)).isEqualTo(1);
    }

    @Test
    void stopEndsAComparisonAndKeepsWhatWasCounted() throws IOException {
        Buckets buckets = buckets();
        stop.request();
        assertThatThrownBy(() -> compare(buckets, Long.MAX_VALUE)).isInstanceOf(StopRequest.StoppedException.class);
        assertThat(tally.keys()).isZero();
    }

    @Test
    void sampleHasAboutItsShareOfTheKeysAndIsTheSameEachTime() {
        KeyHash hash = new KeyHash();
        long inSample = 0;
        for (int i = 0; i < 10_000; i++) {
            inSample += KeyHash.isInSample(hash.of(Samples.key("k" + i)), 10) ? 1 : 0;
            assertThat(KeyHash.isInSample(hash.of(Samples.key("k" + i)), 100)).isTrue();
        }
        assertThat(inSample).isBetween(850L, 1150L);
    }
}
