package io.sidetrack.adversarial;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.SandboxTopics;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Operators in a hurry, for half a minute (see {@link Run} for longer). Prints its seed. Commands that are interrupted, or run
 * twice at once, may not lose, repeat or shorten anything.
 */
class AdversarialCommandsIT {
    private static final Run RUN = Run.fromProperties();

    @TempDir
    private static Path folder;

    @Test
    void interruptedAndRepeatedCommandsLoseAndRepeatNothing() throws Exception {
        System.out.println(RUN);
        try (SandboxBroker broker = SandboxBroker.start();
                SandboxTopics topics = new SandboxTopics(broker.bootstrapServers())) {
            Commands commands = new Commands(broker.bootstrapServers(), folder);
            Operators operators = new Operators(topics, commands, folder, new Random(RUN.seed()));
            long start = System.nanoTime();
            int rounds = 0;
            do {
                operators.round(rounds++);
            } while (System.nanoTime() - start < RUN.time().toNanos());
            System.out.printf(
                    "adversarial: %d rounds in %d s, %d commands, %d of them interrupted%n",
                    rounds, (System.nanoTime() - start) / 1_000_000_000, commands.started(), commands.interrupted());
            assertThat(commands.interrupted()).isPositive();
        }
    }
}
