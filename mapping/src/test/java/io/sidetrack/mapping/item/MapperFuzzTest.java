package io.sidetrack.mapping.item;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.ToIntFunction;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.Tuple;
import net.jqwik.api.sessions.JqwikSession;
import org.junit.jupiter.api.Test;

/**
 * The fast path and the strict path produce the same result and the same bytes, whatever a producer sends: JSON, and JSON
 * with bytes replaced, inserted, deleted, repeated and cut off. A failure prints its seed and the smallest failing case
 * that was found; {@code -Dfuzz.seed=N} runs only this case, and {@code -Dfuzz.cases=N} sets the number of cases.
 */
class MapperFuzzTest {
    private static final int CASES = Integer.getInteger("fuzz.cases", 10_000);
    private static final int GENERATOR_SIZE = 1_000;
    private static final int SHRINK_STEPS = 1_000;

    private final List<MapperPaths> tables = MapperPaths.all();

    /** A case: a document for one of the tables, and changes to its bytes. */
    private record Case(MapperPaths table, String document, List<Mutation> mutations) {
        byte[] value() {
            byte[] value = document.getBytes(UTF_8);
            for (Mutation mutation : mutations) {
                value = mutation.of(value);
            }
            return value;
        }

        Optional<Throwable> failure() {
            return failureOf(table, value());
        }

        @Override
        public String toString() {
            return table + ", " + mutations + ", the value as ISO 8859-1: " + shown(value());
        }
    }

    @Test
    void everyPathThroughTheMapperHasTheSameResult() {
        Long only = Long.getLong("fuzz.seed");
        long first = only != null ? only : ThreadLocalRandom.current().nextLong(1L << 48);
        int count = only != null ? 1 : CASES;
        System.out.println("MapperFuzzTest starts with -Dfuzz.seed=" + first);
        JqwikSession.run(() -> {
            RandomGenerator<Case> cases = cases().generator(GENERATOR_SIZE);
            for (long seed = first; seed < first + count; seed++) {
                // The sequences of java.util.Random with consecutive seeds start with almost the same numbers.
                Shrinkable<Case> next = cases.next(new Random(new SplittableRandom(seed).nextLong()));
                if (next.value().failure().isPresent()) {
                    Case least = shrunk(next);
                    Throwable failure = least.failure().orElseThrow();
                    fail(
                            "case %d; run it again with -Dfuzz.seed=%d%n%s%n%s"
                                    .formatted(seed - first + 1, seed, least, failure.getMessage()),
                            failure);
                }
                JqwikSession.finishTry();
            }
        });
        System.out.printf(
                "MapperFuzzTest: %d cases, %d accepted, %d of them by the fast path%n",
                count, total(MapperPaths::accepted), total(MapperPaths::fast));
        if (only == null) {
            for (MapperPaths table : tables) {
                int share = CASES / tables.size();
                assertThat(table.accepted()).as("accepted by " + table).isGreaterThan(share / 20);
                assertThat(table.rejected()).as("rejected by " + table).isGreaterThan(share / 20);
            }
            assertThat(total(MapperPaths::fast))
                    .as("encoded by the fast path, first seed " + first)
                    .isGreaterThan(CASES / 20);
        }
    }

    private int total(ToIntFunction<MapperPaths> count) {
        return tables.stream().mapToInt(count).sum();
    }

    @Test
    void everySingleChangeHasTheSameResultOnEveryPath() {
        byte[] value =
                " {\"id\":\"\u00e9\ud83d\ude00\",\"\u00e4t\":-1.50,\"l\":[1,{\"x\":null}],\"t\":\"a b\" , \"b\":true}\n"
                        .getBytes(UTF_8);
        MapperPaths table = MapperPaths.sorted();
        for (int at = 0; at <= value.length; at++) {
            for (Mutation mutation : Mutation.allAt(at)) {
                byte[] changed = mutation.of(value);
                failureOf(table, changed).ifPresent(failure -> fail(mutation + ", " + shown(changed), failure));
            }
        }
        assertThat(table.fast()).isPositive();
    }

    private Arbitrary<Case> cases() {
        Arbitrary<List<Mutation>> mutations = Arbitraries.integers()
                .between(0, 6)
                .flatMap(some -> Mutation.any().list().ofSize(Math.max(0, some - 2)));
        List<Tuple.Tuple2<Integer, Arbitrary<Case>>> ofTables = tables.stream()
                .map(table -> Tuple.of(
                        1,
                        Combinators.combine(new JsonDocuments(table.schema(), table.reserved()).documents(), mutations)
                                .as((document, some) -> new Case(table, document, some))))
                .toList();
        return Arbitraries.frequencyOf(ofTables);
    }

    /** Returns a small case that also fails, by repeatedly taking the first smaller case that does. */
    private static Case shrunk(Shrinkable<Case> failing) {
        Shrinkable<Case> least = failing;
        for (int step = 0; step < SHRINK_STEPS; step++) {
            Optional<Shrinkable<Case>> smaller = least.shrink()
                    .filter(some -> some.value().failure().isPresent())
                    .findFirst();
            if (smaller.isEmpty()) {
                break;
            }
            least = smaller.get();
        }
        return least.value();
    }

    private static Optional<Throwable> failureOf(MapperPaths table, byte[] value) {
        try {
            table.compare(value);
            return Optional.empty();
        } catch (AssertionError | RuntimeException | StackOverflowError | IOException e) {
            return Optional.of(e);
        }
    }

    private static String shown(byte[] value) {
        StringBuilder text = new StringBuilder();
        for (char c : new String(value, 0, Math.min(value.length, 2_000), ISO_8859_1).toCharArray()) {
            text.append(c < ' ' || c > '~' ? "\\x%02x".formatted((int) c) : c);
        }
        return text + (value.length > 2_000 ? "... (%d bytes)".formatted(value.length) : "");
    }
}
