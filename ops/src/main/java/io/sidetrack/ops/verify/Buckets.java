package io.sidetrack.ops.verify;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Distributes entries over temporary files by the hash of their key, so that all entries of a key are in one file. This bounds the
 * memory, whatever the number of keys: only the keys of one file are in memory at a time, and a file with too many of them is
 * distributed again, by the next bits of the hash. Not thread-safe.
 */
final class Buckets implements Closeable {
    private static final int BITS = 6;
    /** From this level on, the hash has no bits left. */
    static final int LEVELS = Long.SIZE / BITS;

    private final int level;
    private final List<Path> files = new ArrayList<>();
    private final List<EntryFile.Writer> writers = new ArrayList<>();

    /**
     * Creates the files.
     *
     * @param folder an existing folder
     * @param level how often the entries have been distributed before, less than {@link #LEVELS}
     */
    Buckets(Path folder, int level) throws IOException {
        this.level = level;
        for (int i = 0; i < 1 << BITS; i++) {
            Path file = Files.createTempFile(folder, "keys-" + level + "-", ".tmp");
            files.add(file);
            writers.add(new EntryFile.Writer(file));
        }
    }

    void add(Entry entry) throws IOException {
        int bucket = (int) (entry.hash() >>> (Long.SIZE - BITS * (level + 1))) & ((1 << BITS) - 1);
        writers.get(bucket).write(entry);
    }

    /** The files, which are complete after {@link #close}. */
    List<Path> files() {
        return List.copyOf(files);
    }

    @Override
    public void close() throws IOException {
        for (EntryFile.Writer writer : writers) {
            writer.close();
        }
    }
}
