package io.sidetrack.writer.table;

/** A listener for what the version guard does with items. Called on any thread. */
public interface GuardEvents {
    /**
     * Items were tried on a path.
     *
     * @param path the path: {@code insert}, {@code update}, {@code replace} or {@code put}
     * @param result what became of them, in one of a few words
     */
    void itemsTried(String path, String result, int items);
}
