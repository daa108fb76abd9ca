package io.sidetrack.ops.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.mapping.model.ItemKey;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Writes entries to a temporary file, and reads them again. */
final class EntryFile {
    private static final int BUFFER_BYTES = 1 << 15;

    private EntryFile() {}

    /** Receives entries. */
    interface Visitor {
        void accept(Entry entry) throws IOException;
    }

    /** Writes one file. Not thread-safe. */
    static final class Writer implements Closeable {
        private final DataOutputStream out;

        Writer(Path file) throws IOException {
            out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES));
        }

        void write(Entry entry) throws IOException {
            out.writeByte(entry.kind().code());
            out.writeByte(entry.phase().code());
            out.writeLong(entry.hash());
            text(entry.key().partition());
            text(entry.key().sort());
            text(entry.number().map(BigDecimal::toString).orElse(""));
            out.writeBoolean(entry.tie().isPresent());
            out.writeLong(entry.tie().orElse(0));
            out.writeInt(entry.stream());
            out.writeLong(entry.offset());
            out.writeLong(entry.timestampMs());
            out.writeLong(entry.content().high());
            out.writeLong(entry.content().low());
            out.writeInt(entry.content().hints().length);
            for (int hint : entry.content().hints()) {
                out.writeInt(hint);
            }
        }

        private void text(String text) throws IOException {
            byte[] bytes = text.getBytes(UTF_8);
            out.writeInt(bytes.length);
            out.write(bytes);
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    /** Passes all entries of a file to a visitor, in the order in which they were written. */
    static void each(Path file, Visitor to) throws IOException {
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES))) {
            for (int kind = in.read(); kind >= 0; kind = in.read()) {
                to.accept(read(Entry.Kind.of(kind), in));
            }
        }
    }

    private static Entry read(Entry.Kind kind, DataInputStream in) throws IOException {
        Entry.Phase phase = Entry.Phase.of(in.readByte());
        long hash = in.readLong();
        ItemKey key = new ItemKey(text(in), text(in));
        String number = text(in);
        boolean hasTie = in.readBoolean();
        long tie = in.readLong();
        return new Entry(
                kind,
                key,
                hash,
                number.isEmpty() ? Optional.empty() : Optional.of(new BigDecimal(number)),
                hasTie ? OptionalLong.of(tie) : OptionalLong.empty(),
                in.readInt(),
                in.readLong(),
                in.readLong(),
                phase,
                content(in));
    }

    private static Content content(DataInputStream in) throws IOException {
        long high = in.readLong();
        long low = in.readLong();
        int[] hints = new int[in.readInt()];
        for (int i = 0; i < hints.length; i++) {
            hints[i] = in.readInt();
        }
        return new Content(high, low, hints, List.of());
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("a temporary file is shorter than what was written to it");
        }
        return new String(bytes, UTF_8);
    }
}
