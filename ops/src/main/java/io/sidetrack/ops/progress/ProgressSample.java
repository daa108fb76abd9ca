package io.sidetrack.ops.progress;

import io.sidetrack.common.control.Steering;
import io.sidetrack.ops.scrape.Throttling;
import io.sidetrack.ops.steering.UnitsUse;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code progress} shows at one moment.
 *
 * @param named the records of each named backfill; empty if no router was read
 * @param backfills what routers and writers have published about named backfills
 * @param metrics of each writer, in Prometheus text format; empty if none was read
 * @param use the write units of the group; empty if no writer was read
 */
record ProgressSample(
        List<LaneProgress> lanes,
        Map<String, Long> named,
        Backfills backfills,
        Map<URI, String> metrics,
        Throttling throttling,
        Steering steering,
        Optional<UnitsUse> use) {}
