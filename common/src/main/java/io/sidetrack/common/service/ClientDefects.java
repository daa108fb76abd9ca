package io.sidetrack.common.service;

import java.util.Optional;
import org.apache.kafka.streams.GroupProtocol;
import org.apache.kafka.streams.StreamsConfig;

/** Defects of the Kafka clients in this build that a configuration exposes. */
public final class ClientDefects {
    private static final String STALLED_OFFSET_FETCH =
            "group.protocol=streams: after a rebalance, a consumer of Kafka 4.3.1 can stop reading until its process is"
                    + " restarted (KAFKA-20765). Use the default, KAFKA_GROUP_PROTOCOL=classic, or alert on the lag.";

    private ClientDefects() {}

    /**
     * The warning that applies to a configuration, in one line; empty if none does.
     *
     * <p>With {@code group.protocol=streams}, Streams reads through the asynchronous consumer. If a request for committed
     * offsets fails because the member's epoch has changed, that consumer can repeat it forever without sending it
     * (KAFKA-20765, corrected after 4.3.1). The thread polls, so neither Streams nor {@code /livez} notices.
     */
    public static Optional<String> of(StreamsConfig config) {
        String protocol = config.getString(StreamsConfig.GROUP_PROTOCOL_CONFIG);
        return GroupProtocol.STREAMS.name().equalsIgnoreCase(protocol)
                ? Optional.of(STALLED_OFFSET_FETCH)
                : Optional.empty();
    }
}
