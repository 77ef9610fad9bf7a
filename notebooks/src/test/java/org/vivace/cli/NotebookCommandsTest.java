package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands do and say on machines with and without Jupyter, which need not be there. */
@Tag("slow")
class NotebookCommandsTest {

    /** As Jupyter leaves a notebook that did what it promised. */
    private static final String EXECUTED = """
            {"cells": [
              {"cell_type": "code", "execution_count": 1, "id": "plot", "metadata": {}, "source": ["Plots.losses(record)"],
               "outputs": [{"output_type": "execute_result", "data": {"image/png": "iVBO", "text/plain": ["a picture"]}}]},
              {"cell_type": "code", "execution_count": 2, "id": "measure", "metadata": {}, "source": ["bench.time()"],
               "outputs": [{"output_type": "execute_result", "data": {"text/html": ["<table>"], "text/plain": "x"}}]},
              {"cell_type": "code", "execution_count": 3, "id": "check", "metadata": {}, "source": ["Check.that(true, x)"],
               "outputs": [{"output_type": "stream", "name": "stdout", "text": ["ok: x"]}]}]}""";

    @TempDir
    private Path folder;

    private FakeJupyter jupyter() {
        return new FakeJupyter(folder);
    }

    private static JsonObject json(Path file) throws Exception {
        return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    }

    @Test
    void installWritesAKernelWithThisJavaAndThisClassPath() throws Exception {
        Path written = folder.resolve("said.json");
        Map<String, String> environment = new HashMap<>(jupyter().bare());
        environment.put("PYTORCH_LIBRARY_PATH", "/torch/lib");
        CommandRun run = VivaceProcess.run(environment, "notebook", "install", "--json=" + written);
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .isEqualTo(
                        "The maven kernel is registered as java in " + jupyter().kernel("java")
                                + "\nThere is no jupyter on the path yet: install the system's packages jupyter-notebook and"
                                + " jupyter-nbconvert\n");
        JsonObject spec = json(jupyter().kernel("java"));
        assertThat(StreamSupport.stream(spec.getAsJsonArray("argv").spliterator(), false)
                        .map(JsonElement::getAsString))
                .startsWith(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString())
                .contains("-Xmx512m", "-Djava.awt.headless=true", "org.vivace.jupyter.MavenKernel")
                .doesNotContain("-Dvivace.terminal=false")
                .endsWith("{connection_file}");
        assertThat(spec.get("interrupt_mode").getAsString()).isEqualTo("signal");
        assertThat(spec.getAsJsonObject("env").has("VIVACE_HOME")).isTrue();
        assertThat(spec.getAsJsonObject("env").get("PYTORCH_LIBRARY_PATH").getAsString())
                .as("the class path may have no libtorch")
                .isEqualTo("/torch/lib");
        assertThat(json(written).get("kernel").getAsString()).isEqualTo("maven");

        assertThat(VivaceProcess.run(jupyter().bare(), "notebook", "install").code())
                .as("ours is written anew")
                .isZero();
    }

    @Test
    void installLeavesAnotherKernelAloneUnlessTold() throws Exception {
        String before = Files.readString(jupyter().otherKernel("java", "other.jar"));
        CommandRun refused = VivaceProcess.run(jupyter().bare(), "notebook", "install");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err())
                .isEqualTo("vivace: expected no other kernel named java, found Java, in "
                        + jupyter().kernel("java").getParent()
                        + ": give another --name, or --replace that one (see 'vivace notebook"
                        + " install --help')\n");
        assertThat(jupyter().kernel("java")).content().isEqualTo(before);

        assertThat(VivaceProcess.run(jupyter().bare(), "notebook", "install", "--name=mine")
                        .code())
                .isZero();
        assertThat(json(jupyter().kernel("mine")).get("display_name").getAsString())
                .isEqualTo("Java (mine)");

        CommandRun replaced = VivaceProcess.run(jupyter().bare(), "notebook", "install", "--replace");
        assertThat(replaced.code()).isZero();
        Path kept = jupyter().kernel("java").resolveSibling("kernel.json.before-vivace");
        assertThat(replaced.out()).contains("The replaced one is kept in " + kept);
        assertThat(kept).content().isEqualTo(before);
        assertThat(json(jupyter().kernel("java")).getAsJsonObject("metadata").has("vivace"))
                .isTrue();
    }

    @Test
    void installTakesIJavaWhereItIs() throws Exception {
        Path jar =
                Files.writeString(Files.createDirectories(folder.resolve("lib")).resolve("ijava-1.3.0.jar"), "");
        jupyter().otherKernel("theirs", jar.toString());
        assertThat(VivaceProcess.run(jupyter().bare(), "notebook", "install").code())
                .isZero();
        JsonObject spec = json(jupyter().kernel("java"));
        assertThat(spec.toString()).contains(":" + jar, "\"io.github.spencerpark.ijava.IJava\"");
        assertThat(spec.getAsJsonObject("env").get("IJAVA_STARTUP_SCRIPTS_PATH").getAsString())
                .endsWith("start.jshell");
        assertThat(spec.get("interrupt_mode").getAsString()).isEqualTo("message");

        assertThat(VivaceProcess.run(jupyter().bare(), "notebook", "install", "--kernel=maven")
                        .code())
                .isZero();
        assertThat(json(jupyter().kernel("java")).toString()).contains("MavenKernel");
    }

    @Test
    void installTakesTheIJavaOfAllUsers() throws Exception {
        Path jar =
                Files.writeString(Files.createDirectories(folder.resolve("lib")).resolve("ijava-1.3.0.jar"), "");
        Path theirs = Files.createDirectories(folder.resolve("shared/kernels/theirs"));
        Files.writeString(theirs.resolve("kernel.json"), FakeJupyter.IJAVA.replace("JAR", jar.toString()));
        assertThat(VivaceProcess.run(jupyter().withJupyter(""), "notebook", "install")
                        .code())
                .isZero();
        assertThat(json(jupyter().kernel("java")).toString())
                .contains(":" + jar, "\"io.github.spencerpark.ijava.IJava\"");
    }

    @Test
    void installSaysWhereIJavaIsMissing() throws Exception {
        CommandRun run = VivaceProcess.run(jupyter().bare(), "notebook", "install", "--kernel=ijava");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .isEqualTo("vivace: expected IJava among Jupyter's kernels, found none: install it, or choose --kernel"
                        + " maven\n");
        assertThat(jupyter().kernel("java")).doesNotExist();
    }

    @Test
    void withoutJupyterNothingRunsAndTheSentenceSaysWhatToInstall() throws Exception {
        Path notebook = Files.writeString(folder.resolve("a.ipynb"), "{}");
        CommandRun run = VivaceProcess.run(jupyter().bare(), "notebook", "run", notebook.toString());
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .isEqualTo(
                        "vivace: expected Jupyter, found no jupyter-nbconvert on the path: install the system's packages"
                                + " jupyter-notebook and jupyter-nbconvert\n");
        assertThat(VivaceProcess.run(jupyter().bare(), "notebook", "open").err())
                .startsWith("vivace: expected Jupyter, found no jupyter-notebook on the path");
        assertThat(VivaceProcess.run(jupyter().bare(), "notebook", "install", "--check")
                        .err())
                .startsWith("vivace: expected Jupyter, found no jupyter-nbconvert on the path");
    }

    @Test
    void wrongUsage() {
        assertThat(CommandRun.of("notebook").err())
                .startsWith("vivace: expected one of install, run, open, new, got none");
        assertThat(CommandRun.of("notebook", "run", "none.ipynb").err())
                .startsWith("vivace: expected a notebook at none.ipynb, found none: correct the path");
        assertThat(CommandRun.of("notebook", "open", "none.ipynb").err())
                .startsWith("vivace: expected a notebook at none.ipynb, found none: correct the path");
        assertThat(CommandRun.of("notebook", "run", "--timeout=0", "x.ipynb").err())
                .startsWith("vivace: --timeout must be 1 or more, got 0");
        assertThat(CommandRun.of("notebook", "run", "--retries=-1", "x.ipynb").err())
                .startsWith("vivace: --retries must be 0 or more, got -1");
        CommandRun name = CommandRun.of("notebook", "install", "--name=a b");
        assertThat(name.code()).isEqualTo(2);
        assertThat(name.err())
                .startsWith("vivace: --name must be small letters, digits, dots, dashes and underscores, got a b");
    }

    @Test
    void openRegistersTheKernelAndHandsOver() throws Exception {
        Path notebook = Files.writeString(folder.resolve("a.ipynb"), "{}");
        CommandRun run = VivaceProcess.run(
                jupyter().withJupyter(""), "notebook", "open", notebook.toString(), "--", "--no-browser");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).isEqualTo("opened notebook " + notebook + " --no-browser\n");
        assertThat(jupyter().kernel("java")).content().contains("MavenKernel");

        jupyter().otherKernel("java", "other.jar");
        assertThat(VivaceProcess.run(jupyter().withJupyter(""), "notebook", "open", "--fallback", notebook.toString())
                        .out())
                .isEqualTo("opened notebook " + notebook + " with records\n");
        CommandRun theirs = VivaceProcess.run(jupyter().withJupyter(""), "notebook", "open");
        assertThat(theirs.out()).startsWith("opened notebook /");
        assertThat(theirs.err()).contains("'vivace notebook install --replace' replaces it");
        assertThat(jupyter().kernel("java")).content().contains("other.jar");
    }

    @Test
    void aNotebookThatJupyterCannotRunFailsWithWhatItSaid() throws Exception {
        Path notebook = Files.writeString(folder.resolve("a.ipynb"), "{}");
        Path written = folder.resolve("said.json");
        CommandRun late = VivaceProcess.run(
                jupyter().withJupyter("""
                        echo 'nbclient.exceptions.CellTimeoutError: A cell timed out while it was being executed, after 7 seconds.' >&2
                        echo '-------------------' >&2
                        echo 'while (true) { }' >&2
                        exit 1
                        """), "notebook", "run", "--json=" + written, notebook.toString());
        assertThat(late.code()).isEqualTo(1);
        assertThat(late.out())
                .contains(
                        "expected every cell to end within 7 s, found one that did not, which begins \"while (true) { }\":"
                                + " give it more time with --timeout")
                .endsWith("0 passed, 1 failed\n");
        assertThat(json(written).get("failed").getAsInt()).isEqualTo(1);
        assertThat(VivaceProcess.run(
                                jupyter()
                                        .withJupyter(
                                                "echo 'nbclient.exceptions.DeadKernelError: Kernel died' >&2\nexit 1\n"),
                                "notebook",
                                "run",
                                notebook.toString())
                        .out())
                .contains("expected a kernel that runs to the end, found that it died");
        assertThat(VivaceProcess.run(
                                jupyter().withJupyter("echo 'no space left' >&2\nexit 1\n"),
                                "notebook",
                                "run",
                                notebook.toString())
                        .out())
                .contains("expected Jupyter to execute it, found that it could not and said \"no space left\"");
    }

    @Test
    void oneThatFailsIsRunAgainAndBothAreReported() throws Exception {
        Path notebook = Files.writeString(folder.resolve("a.ipynb"), "{}");
        Path written = folder.resolve("said.json");
        Path attempts = folder.resolve("attempts");
        Map<String, String> scripts = jupyter()
                .withJupyter(
                        "echo x >> '" + attempts + "'\necho \"attempt $(grep -c x '" + attempts + "')\" >&2\nexit 1\n");
        CommandRun run =
                VivaceProcess.run(scripts, "notebook", "run", "--retries=2", "--json=" + written, notebook.toString());
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out().replaceAll(" +[0-9.]+ s +", " ").lines().map(String::strip))
                .containsExactly(
                        "again " + notebook,
                        "expected Jupyter to execute it, found that it could not and said \"attempt 1\"",
                        "again " + notebook,
                        "expected Jupyter to execute it, found that it could not and said \"attempt 2\"",
                        "failed " + notebook,
                        "expected Jupyter to execute it, found that it could not and said \"attempt 3\"",
                        "0 passed, 1 failed");
        assertThat(json(written).getAsJsonArray("notebooks")).hasSize(1);
        assertThat(json(written).getAsJsonArray("retried")).hasSize(2);
    }

    @Test
    void oneThatPassesAtTheSecondAttemptHasPassed() throws Exception {
        Path notebook = Files.writeString(folder.resolve("a.ipynb"), EXECUTED);
        Path gone = folder.resolve("gone");
        CommandRun run = VivaceProcess.run(
                jupyter().withJupyter("""
                        if [ ! -e '%1$s' ]; then touch '%1$s'; echo 'no space left' >&2; exit 1; fi
                        for each; do
                            case "$each" in --output-dir=*) mkdir -p "${each#*=}"; cp '%2$s' "${each#*=}" ;; esac
                        done
                        """.formatted(gone, notebook)),
                "notebook",
                "run",
                "--retries=2",
                notebook.toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out().lines().map(line -> line.split(" ")[0])).containsExactly("again", "", "passed", "1");
    }

    @Test
    void sizeAndFallbackReachTheKernel() throws Exception {
        Path notebook = Files.writeString(folder.resolve("a.ipynb"), "{}");
        CommandRun run = VivaceProcess.run(
                jupyter().withJupyter("echo \"size $VIVACE_SIZE, fallback $VIVACE_FALLBACK\" >&2\nexit 1\n"),
                "notebook",
                "run",
                "--size=quick",
                "--fallback",
                notebook.toString());
        assertThat(run.out()).contains("said \"size quick, fallback 1\"");
    }

    @Test
    void doctorKnowsTheKernel() {
        assertThat(Findings.jupyter(false, Map.of()).advice()).contains("jupyter-notebook and jupyter-nbconvert");
        assertThat(Findings.jupyter(true, Map.of()).advice()).contains("'vivace notebook install' registers it");
        JsonObject ours =
                JsonParser.parseString("{\"metadata\": {\"vivace\": {}}}").getAsJsonObject();
        assertThat(Findings.jupyter(true, Map.of("java", new org.vivace.jupyter.InstalledKernel(folder, ours)))
                        .found())
                .isEqualTo("with the Java kernel java");
    }
}
