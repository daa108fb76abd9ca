package io.sidetrack.bench;

import io.sidetrack.sandbox.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/** The CPU time and memory of a process. */
final class Usage {
    private Usage() {}

    /** The CPU time since the start of the process, user and system. */
    static Duration cpu(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .orElseThrow(() -> new SandboxException("process " + pid + " no longer exists"));
    }

    /** The peak of the resident memory, in bytes; empty if the operating system is not Linux. */
    static OptionalLong peakMemory(long pid) {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        if (!Files.isReadable(status)) {
            return OptionalLong.empty();
        }
        try {
            List<String> lines = Files.readAllLines(status);
            return lines.stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst();
        } catch (IOException e) {
            throw new SandboxException("process " + pid + " no longer exists", e);
        }
    }
}
