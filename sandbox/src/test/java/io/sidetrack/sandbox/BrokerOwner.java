package io.sidetrack.sandbox;

import java.util.concurrent.CountDownLatch;

/** A program that starts a broker and prints the id of the broker's process; the test kills it. */
final class BrokerOwner {
    private BrokerOwner() {}

    public static void main(String[] args) throws InterruptedException {
        var broker = SandboxBroker.start();
        ProcessHandle.current().children().forEach(child -> System.out.println(child.pid()));
        new CountDownLatch(1).await();
        broker.close();
    }
}
