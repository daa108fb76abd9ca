package io.sidetrack.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FreePortTest {
    @Test
    void portsAreNotReturnedTwiceAndAreFree() {
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            ports.add(FreePort.find());
        }
        assertThat(ports).doesNotHaveDuplicates().allMatch(port -> port >= 12_000 && port < 32_000);
    }

    /** Several class loaders, each with a copy of the class, take the place of several JVMs. */
    @Test
    void programsThatRunAtTheSameTimeHavePortsOfDifferentBlocks() throws Exception {
        URL classes = FreePort.class.getProtectionDomain().getCodeSource().getLocation();
        List<Integer> blocks = new ArrayList<>();
        for (int program = 0; program < 25; program++) {
            try (URLClassLoader loader = new URLClassLoader(new URL[] {classes}, null)) {
                int port = (Integer) loader.loadClass(FreePort.class.getName())
                        .getMethod("find")
                        .invoke(null);
                blocks.add((port - 12_000) / 250);
            }
        }
        assertThat(blocks).doesNotHaveDuplicates();
    }
}
