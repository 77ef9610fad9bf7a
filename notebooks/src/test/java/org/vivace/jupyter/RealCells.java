package org.vivace.jupyter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Cells that the kernel ran in the Jupyter that the system has, and what came out of each.
 *
 * @param notebook with its outputs
 * @param err what Jupyter and the kernel said on their standard error
 */
record RealCells(String notebook, String err) {

    static final String KERNEL = "java";

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Where there is no Jupyter the test is skipped, unless VIVACE_JUPYTER_TEST says that it is required. */
    static void requireJupyter() {
        if (!"required".equals(System.getenv("VIVACE_JUPYTER_TEST"))) {
            assumeThat(Jupyter.ofThisProcess().isHere()).as("Jupyter is here").isTrue();
        }
    }

    /** With the kernel in a folder of its own; see {@link #requireJupyter}. */
    static Jupyter jupyter(Path folder) {
        requireJupyter();
        return NotebookRun.privately(
                Jupyter.ofThisProcess(),
                KernelSpecs.maven(KERNEL, Path.of("").toAbsolutePath()),
                KERNEL,
                folder.resolve("data"));
    }

    static RealCells run(List<String> cells, Path folder) throws Exception {
        Path notebook = Files.writeString(folder.resolve("cells.ipynb"), NewNotebook.of(cells));
        NotebookRun.Executed executed =
                NotebookRun.execute(notebook, KERNEL, jupyter(folder), LIMIT, folder.resolve("out"));
        assertThat(executed.obstacle()).as(executed.said().err()).isEmpty();
        return new RealCells(Files.readString(executed.file()), executed.said().err());
    }

    JsonArray outputs(int cell) {
        return JsonParser.parseString(notebook)
                .getAsJsonObject()
                .getAsJsonArray("cells")
                .get(cell)
                .getAsJsonObject()
                .getAsJsonArray("outputs");
    }

    JsonObject only(int cell) {
        assertThat(outputs(cell)).as(outputs(cell).toString()).hasSize(1);
        return outputs(cell).get(0).getAsJsonObject();
    }
}
