package org.vivace.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.vivace.bench.LocalMachine;
import org.vivace.bench.Size;
import org.vivace.jupyter.Jupyter;
import org.vivace.jupyter.NotebookRun;
import org.vivace.jupyter.PassingFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "run", description = "Runs notebooks from top to bottom in Jupyter, and checks their outputs.")
final class NotebookRunCommand extends JupyterCommand {

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Notebooks.")
    private List<Path> files;

    @Option(names = "--size", description = "quick, default or gpu: ${DEFAULT-VALUE}.", defaultValue = "default")
    private Size size;

    @Option(
            names = "--timeout",
            paramLabel = "S",
            description = "The time limit of a cell, in seconds: ${DEFAULT-VALUE}.",
            defaultValue = "600")
    private long timeout;

    @Option(
            names = "--retries",
            paramLabel = "N",
            description = "Run a failed one again, at most N times, and report why: its measurements may have been"
                    + " disturbed (default: ${DEFAULT-VALUE}).",
            defaultValue = "0")
    private int retries;

    @Mixin
    private NotebookCommand.Fallback fallback;

    @Option(names = "--out", paramLabel = "DIR", description = "Keep the notebooks with their outputs there.")
    private Path out;

    @Mixin
    private Outputs.JsonFile json;

    private final List<NotebookRun> retried = new ArrayList<>();

    private boolean interrupted;

    @Override
    public Integer call() throws Exception {
        OptionRange.require(spec(), timeout > 0, "--timeout", "1 or more", timeout);
        OptionRange.require(spec(), retries >= 0, "--retries", "0 or more", retries);
        files.forEach(file -> NotebookCommand.requireNotebook(spec(), file));
        Jupyter jupyter = Jupyter.ofThisProcess();
        jupyter.require("jupyter-nbconvert");
        try (PassingFolder folder = PassingFolder.named("vivace-notebooks")) {
            Jupyter ours = NotebookRun.privately(
                    jupyter.with(Map.of(Size.VARIABLE, size.word())).with(fallback.environment()),
                    kernel(KERNEL, jupyter),
                    KERNEL,
                    folder.path().resolve("data"));
            Path results = out == null ? folder.path().resolve("out") : out.toAbsolutePath();
            return Interruption.keeping(() -> report(run(ours, results)));
        }
    }

    /** The completed runs; empty after an interrupt. */
    private List<NotebookRun> run(Jupyter jupyter, Path results) {
        List<NotebookRun> runs = new ArrayList<>();
        for (Path file : files) {
            try {
                runs.add(run(file, jupyter, results));
            } catch (InterruptedException e) {
                spec().commandLine().getOut().println("ended by an interrupt in " + file);
                interrupted = true;
                return runs;
            }
        }
        return runs;
    }

    private NotebookRun run(Path file, Jupyter jupyter, Path results) throws InterruptedException {
        for (int left = retries; ; left--) {
            NotebookRun run = NotebookRun.of(file, KERNEL, jupyter, Duration.ofSeconds(timeout), results);
            boolean last = run.passed() || left == 0;
            print(run, run.passed() ? "passed" : last ? "failed" : "again");
            if (last) {
                return run;
            }
            retried.add(run);
        }
    }

    private void print(NotebookRun run, String outcome) {
        PrintWriter printed = spec().commandLine().getOut();
        printed.printf(Locale.ROOT, "%-6s %6.1f s  %s%n", outcome, run.seconds(), run.notebook());
        run.problems().forEach(problem -> printed.println("       " + problem));
        printed.flush();
    }

    private int report(List<NotebookRun> runs) {
        long passed = runs.stream().filter(NotebookRun::passed).count();
        long failed = runs.size() - passed;
        spec().commandLine().getOut().println(passed + " passed, " + failed + " failed");
        spec().commandLine().getOut().flush();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("size", size.word());
        if (json.wanted()) {
            all.put("machine", LocalMachine.machine());
        }
        all.put("passed", passed);
        all.put("failed", failed);
        all.put("partial", interrupted);
        all.put("notebooks", runs);
        all.put("retried", retried);
        json.writeValue(all);
        return failed == 0 && !interrupted ? 0 : 1;
    }
}
