package io.sidetrack.writer.buffer;

import io.sidetrack.mapping.model.Write;
import java.util.List;

/**
 * Computes the cost of a batch in write units. DynamoDB reports the units of successful writes. It also charges, without
 * reporting it, for a write whose condition failed, and possibly for a write whose response was lost. Both are charged
 * here, so that unreported units never exceed a budget. Pure.
 */
final class WriteUnitCharge {
    private WriteUnitCharge() {}

    /** Returns the write units to charge for a batch with this outcome. */
    static double of(Batch batch, BatchOutcome outcome) {
        double[] charge = new double[1];
        outcome.match(new BatchOutcome.Cases() {
            @Override
            public void each(List<Outcome> outcomes, double countedUnits) {
                charge[0] = ofEach(batch.writes(), outcomes, countedUnits);
            }

            @Override
            public void retryAll(RetryCause cause) {
                charge[0] = cause.mayHaveTakenEffect() ? batch.expectedUnits() : 0;
            }

            @Override
            public void refused(String message) {
                // A call that fails validation is not charged.
            }
        });
        return charge[0];
    }

    private static double ofEach(List<Write> writes, List<Outcome> outcomes, double countedUnits) {
        Sum sum = new Sum();
        for (int i = 0; i < writes.size(); i++) {
            sum.write = writes.get(i);
            outcomes.get(i).match(sum);
        }
        // What is reported includes index entries, whose expected cost can be too high. An endpoint that reports no
        // consumption still charges for what it wrote.
        return (countedUnits > 0 ? Math.max(countedUnits, sum.writtenToTable) : sum.written) + sum.unreported;
    }

    /** Adds up the writes of a batch. */
    private static final class Sum implements Outcome.Cases {
        private Write write;
        /** The expected cost of what was written, with that of index entries. */
        private double written;
        /** Without that of index entries: at least this is charged. */
        private double writtenToTable;

        private double unreported;

        @Override
        public void written() {
            written += write.expectedUnits();
            writtenToTable += write.writeUnits();
        }

        @Override
        public void stale(double writeUnits) {
            unreported += writeUnits;
        }

        @Override
        public void retry(RetryCause cause) {
            unreported += cause.mayHaveTakenEffect() ? write.expectedUnits() : 0;
        }

        @Override
        public void refused(String message) {
            // A statement or a put that fails validation is not charged.
        }
    }
}
