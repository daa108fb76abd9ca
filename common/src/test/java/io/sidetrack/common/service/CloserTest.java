package io.sidetrack.common.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every resource is closed once, in reverse order, even if closing another one fails. */
class CloserTest {
    private final List<String> closed = new ArrayList<>();

    @Test
    void resourcesAreClosedOnceInReverseOrder() {
        Closer closer = new Closer();
        assertThat(closer.add("a", closed::add)).isEqualTo("a");
        closer.add("b", closed::add);
        closer.close();
        closer.close();
        assertThat(closed).containsExactly("b", "a");
    }

    @Test
    void failureToCloseOneDoesNotKeepTheOthersOpen() {
        Closer closer = new Closer();
        closer.add("a", closed::add);
        closer.add("b", resource -> {
            throw new IllegalStateException("cannot close " + resource);
        });
        closer.close();
        assertThat(closed).containsExactly("a");
    }
}
