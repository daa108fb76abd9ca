package io.sidetrack.bench;

import io.sidetrack.sandbox.SandboxBroker;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The broker's process. Arguments: folder for its data, port. */
final class BrokerMain {
    private BrokerMain() {}

    public static void main(String[] args) throws InterruptedException {
        SandboxBroker broker = SandboxBroker.start(Path.of(args[0]), Integer.parseInt(args[1]));
        Runtime.getRuntime().addShutdownHook(new Thread(broker::stop));
        new CountDownLatch(1).await();
    }
}
