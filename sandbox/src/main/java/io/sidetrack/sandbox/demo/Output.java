package io.sidetrack.sandbox.demo;

import io.sidetrack.report.Report;
import io.sidetrack.report.ReportFile;
import io.sidetrack.sandbox.Screen;
import java.io.IOException;

/** Where the report goes. A report that cannot be written is one line on the screen, and does not change the demo's result. */
final class Output {
    private final Screen screen;
    private final ReportFile file;

    Output(Screen screen, ReportFile file) {
        this.screen = screen;
        this.file = file;
    }

    void write(Report report) {
        try {
            file.write(report);
            screen.print("  report       " + file.path());
        } catch (IOException e) {
            screen.print("  report       not written: " + e.getMessage() + "; --html names another file");
        }
    }
}
