package org.vivace.jupyter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The result of running a notebook from top to bottom.
 *
 * @param seconds including the kernel's start
 * @param problems a sentence each; empty if it passed
 */
public record NotebookRun(String notebook, double seconds, List<String> problems) {

    /** The environment variable with the id of the process on whose end a kernel of Vivace ends too. */
    static final String PARENT = "VIVACE_PARENT";

    private static final Pattern LATE = Pattern.compile("after (\\d+) seconds");

    public NotebookRun {
        problems = List.copyOf(problems);
    }

    public boolean passed() {
        return problems.isEmpty();
    }

    /**
     * Runs a notebook unchanged, in its own folder, and checks its outputs.
     *
     * @param jupyter with a kernel of that name
     * @param limit for each cell
     * @param out folder for the notebook with its outputs
     */
    public static NotebookRun of(Path notebook, String kernel, Jupyter jupyter, Duration limit, Path out)
            throws InterruptedException {
        long begin = System.nanoTime();
        Executed executed = execute(notebook, kernel, jupyter, limit, out);
        double seconds = (System.nanoTime() - begin) / 1e9;
        String obstacle = executed.obstacle();
        List<String> problems = obstacle.isEmpty()
                ? ExecutedNotebook.parse(Texts.read(executed.file)).problems()
                : List.of(obstacle);
        return new NotebookRun(notebook.toString(), seconds, problems);
    }

    /** @param said Jupyter's output, with the kernel's standard error */
    record Executed(Path file, Child.Result said) {

        /** Why there is no such file; empty if there is one. */
        String obstacle() {
            return said.code() == 0 && Files.isReadable(file) ? "" : NotebookRun.obstacle(said);
        }
    }

    static Executed execute(Path notebook, String kernel, Jupyter jupyter, Duration limit, Path out)
            throws InterruptedException {
        Path file = out.resolve(notebook.getFileName());
        try (PassingFolder unfinished = unfinishedIn(out)) {
            // Execution continues after an error, since otherwise Jupyter would write no notebook to check.
            Child.Result said = jupyter.run(
                    List.of(
                            "jupyter",
                            "nbconvert",
                            "--to=notebook",
                            "--execute",
                            "--allow-errors",
                            "--ExecutePreprocessor.kernel_name=" + kernel,
                            "--ExecutePreprocessor.timeout=" + limit.toSeconds(),
                            "--ExecutePreprocessor.startup_timeout=300",
                            "--output-dir=" + unfinished.path(),
                            "--output=" + notebook.getFileName(),
                            notebook.toString()),
                    Duration.ofDays(1));
            Path written = unfinished.path().resolve(notebook.getFileName());
            if (Files.exists(written)) {
                Files.move(written, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            }
            return new Executed(file, said);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " could not be written: " + e.getMessage(), e);
        }
    }

    /** The folder that Jupyter writes to: it writes in parts, and continues for a while if this process is killed. */
    private static PassingFolder unfinishedIn(Path out) throws IOException {
        Files.createDirectories(out);
        return new PassingFolder(Files.createTempDirectory(out, ".executing"));
    }

    private static String obstacle(Child.Result said) {
        String text = said.err().strip();
        Matcher late = LATE.matcher(text);
        if (text.contains("CellTimeoutError") && late.find()) {
            return "expected every cell to end within " + late.group(1) + " s, found one that did not, which begins \""
                    + preview(text) + "\": give it more time with --timeout";
        }
        if (text.contains("DeadKernelError") || text.contains("Kernel died")) {
            return "expected a kernel that runs to the end, found that it died: run the cells one by one in Jupyter";
        }
        String last =
                text.lines().reduce("nothing", (a, b) -> b.isBlank() ? a : b).strip();
        return "expected Jupyter to execute it, found that it could not and said \"" + last + "\"";
    }

    /** Jupyter quotes the cell between two rules. */
    private static String preview(String text) {
        List<String> lines = text.lines().toList();
        int rule = -1;
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).matches("-{5,}")) {
                rule = i;
                break;
            }
        }
        return rule >= 0 && rule + 1 < lines.size() ? lines.get(rule + 1).strip() : "?";
    }

    /**
     * Jupyter with a kernel of Vivace in a separate folder, so that it need not be registered and the user's kernels
     * are not changed.
     */
    public static Jupyter privately(Jupyter jupyter, KernelSpec spec, String name, Path folder) {
        Registration.write(spec, name, folder, java.util.Optional.empty());
        String path = jupyter.environment().get("JUPYTER_PATH");
        return jupyter.with(Map.of(
                PARENT,
                Long.toString(ProcessHandle.current().pid()),
                "JUPYTER_DATA_DIR",
                folder.toString(),
                "JUPYTER_PATH",
                path == null || path.isBlank() ? folder.toString() : folder + ":" + path,
                "JUPYTER_NO_CONFIG",
                "1"));
    }
}
