package org.vivace.dev;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.vivace.measure.Atomically;
import org.vivace.measure.RecordFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bars FOLDER}: each bar of {@code notebooks/gpu-check} beside what was measured. */
@Command(
        name = "bars",
        hidden = true,
        mixinStandardHelpOptions = true,
        description =
                "Shows what notebooks/gpu-check measured beside what it must be; the exit code is 0 if all is met.")
final class BarsCommand implements Callable<Integer> {

    private static final String KIND = "gpu-check";

    /** The file {@code summary.json}. */
    private record Summary(String date, String device, List<GpuBar.Verdict> bars, List<GpuRecords.Step> steps) {}

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FOLDER", description = "Of the records; the summary is written there too.")
    private Path folder;

    @Option(
            names = "--device",
            defaultValue = "gpu0",
            description = "Where the records must be from (default: ${DEFAULT-VALUE}).")
    private String device;

    @Override
    public Integer call() {
        GpuRecords records = GpuRecords.read(folder, device);
        List<GpuBar.Verdict> bars =
                GpuBars.ALL.stream().map(bar -> bar.of(records)).toList();
        PrintWriter out = spec.commandLine().getOut();
        bars.forEach(bar -> out.println(bar.line()));
        out.flush();
        Atomically.write(
                folder.resolve("summary.json"),
                RecordFile.toJson(KIND, new Summary(RecordFile.now(), device, bars, records.steps())));
        return bars.stream().allMatch(bar -> bar.met().equals(Optional.of(true))) ? 0 : 1;
    }
}
