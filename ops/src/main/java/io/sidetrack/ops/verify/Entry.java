package io.sidetrack.ops.verify;

import io.sidetrack.mapping.model.ItemKey;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The expected state of one key by one record, or the result of a scan that the key exists.
 *
 * @param hash of the key
 * @param number the version's number; empty if the record has no version
 * @param tie decides between equal versions; empty if it is not known, as for the lines of a file
 * @param stream records of a key in the same stream are in the order of their offsets: a partition, or the Kafka key of a file's
 *     line
 * @param offset the offset, or the number of the line
 * @param timestampMs when the record arrived at the earliest, in ms since 1970
 * @param phase what is to be done with the record
 */
record Entry(
        Kind kind,
        ItemKey key,
        long hash,
        Optional<BigDecimal> number,
        OptionalLong tie,
        int stream,
        long offset,
        long timestampMs,
        Phase phase,
        Content content) {

    /** What the record does. */
    enum Kind {
        PUT('p'),
        DELETE('d'),
        /** Only accounts for the key: a record of another lane. */
        ACCOUNT('a'),
        /** No record: a scan of the table has found an item with the key. */
        SCANNED('s');

        private final char code;

        Kind(char code) {
            this.code = code;
        }

        /** The byte in a file. */
        int code() {
            return code;
        }

        static Kind of(int code) {
            return Arrays.stream(values())
                    .filter(kind -> kind.code == code)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("a temporary file was changed"));
        }
    }

    /** Where in the lane the record is. */
    enum Phase {
        /** It belongs to the part that is verified, and has been written. */
        SELECTED(true, false),
        /** It has been written, but does not belong to the part that is verified. */
        LATER(false, false),
        /** It belongs to the part that is verified, but the writer has not committed its offset. */
        SELECTED_PENDING(true, true),
        /** Neither. */
        LATER_PENDING(false, true);

        private final boolean selected;
        private final boolean pending;

        Phase(boolean selected, boolean pending) {
            this.selected = selected;
            this.pending = pending;
        }

        static Phase of(boolean selected, boolean pending) {
            return selected ? (pending ? SELECTED_PENDING : SELECTED) : (pending ? LATER_PENDING : LATER);
        }

        boolean isSelected() {
            return selected;
        }

        boolean isPending() {
            return pending;
        }

        /** The byte in a file. */
        int code() {
            return (selected ? 1 : 0) + (pending ? 2 : 0);
        }

        static Phase of(int code) {
            return of((code & 1) != 0, (code & 2) != 0);
        }
    }

    private static final Content NOTHING = new Content(0, 0, new int[0], List.of());

    /** An item that a scan has found. */
    static Entry scanned(ItemKey key, long hash) {
        return of(Kind.SCANNED, key, hash);
    }

    /** A record of another lane. */
    static Entry accounting(ItemKey key, long hash) {
        return of(Kind.ACCOUNT, key, hash);
    }

    private static Entry of(Kind kind, ItemKey key, long hash) {
        return new Entry(kind, key, hash, Optional.empty(), OptionalLong.empty(), 0, 0, 0, Phase.LATER, NOTHING);
    }

    /** The heap that it occupies, in bytes: an estimate. */
    long heldBytes() {
        return 280L + 2L * (key.partition().length() + key.sort().length()) + 4L * content.hints().length;
    }
}
