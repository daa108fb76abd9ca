package io.sidetrack.bench;

import io.sidetrack.sandbox.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/** What a process has used of the machine. */
final class Usage {
    private Usage() {}

    /** CPU time since its start, user and system. */
    static Duration cpu(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .orElseThrow(() -> new SandboxException("process " + pid + " is gone"));
    }

    /** The most memory that it ever had resident, in bytes; empty where the system does not tell (it does on Linux). */
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
            throw new SandboxException("process " + pid + " is gone", e);
        }
    }
}
