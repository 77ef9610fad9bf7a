package org.vivace.cli;

import java.util.Map;
import org.vivace.cells.Live;
import picocli.CommandLine.Option;

/** Whether notebooks that keep records, as the talk does, show those and measure nothing. */
final class FallbackOption {

    @Option(
            names = "--fallback",
            description =
                    "Show kept records in place of measurements, and say so, in notebooks that have them: the talk.")
    private boolean fallback;

    /** What the kernel's environment has to say. */
    Map<String, String> environment() {
        return fallback ? Map.of(Live.FALLBACK, "1") : Map.of();
    }
}
