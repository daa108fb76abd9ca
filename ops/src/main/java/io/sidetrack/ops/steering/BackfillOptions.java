package io.sidetrack.ops.steering;

import io.sidetrack.common.control.Steering;
import io.sidetrack.ops.JsonOption;
import io.sidetrack.ops.parked.BackfillName;
import java.util.Optional;
import java.util.function.UnaryOperator;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** What is paused or resumed: one named backfill, or all writers of the lane. */
final class BackfillOptions {
    @Parameters(
            paramLabel = "NAME",
            arity = "0..1",
            description = "The name of a backfill: the exact value of the header of its records.")
    private String name;

    @Mixin
    private SteeringOptions lane;

    @Mixin
    private ParkingOptions parking;

    @Mixin
    private WriterSteering writers;

    @Mixin
    private JsonOption json;

    /**
     * The named backfill; empty for all writers of the lane.
     *
     * @throws ParameterException if the name is invalid, or an option is for writers only
     */
    Optional<BackfillName> name(CommandLine command) {
        if (name != null && writers.mayBeMissing()) {
            throw new ParameterException(
                    command, "--not-started is for the writers; a named backfill need not have begun");
        }
        return Optional.ofNullable(name).map(BackfillName::parse);
    }

    SteeringOptions lane() {
        return lane;
    }

    ParkingOptions parking() {
        return parking;
    }

    JsonOption json() {
        return json;
    }

    /** Changes the settings of the writers, as {@link WriterSteering#change} does. */
    void changeWriters(CommandLine command, UnaryOperator<Steering> step) {
        writers.change(lane, json, command.getOut(), step);
    }
}
