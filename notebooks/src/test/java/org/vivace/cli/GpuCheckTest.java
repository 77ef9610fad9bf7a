package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.bench.Size;
import org.vivace.bench.Workload;
import org.vivace.bench.WorkloadSizes;
import org.vivace.models.Gpt;
import org.vivace.workloads.Language;

/** notebooks/gpu-check, as on a machine with a class path and no Maven, but on the CPU. */
class GpuCheckTest {

    private static final Path SCRIPT = Path.of("gpu-check").toAbsolutePath();

    @TempDir
    private Path folder;

    @BeforeEach
    void needsBash() {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "a system with bash");
    }

    private CommandRun run(String python, String... arguments) throws Exception {
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("VIVACE_CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("VIVACE_JAVA_OPTIONS", "-Xmx512m -XX:TieredStopAtLevel=1");
        builder.environment().put("PYTHON", python);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(30, TimeUnit.MINUTES)).as("it ends").isTrue();
            return new CommandRun(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private Map<String, String> ends(Path records) throws IOException {
        return Files.readAllLines(records.resolve("steps.txt")).stream()
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(words -> words[0], words -> words[1]));
    }

    /** The bars of a line in the output, without what was measured. */
    private static String line(CommandRun run, String bar) {
        return run.out()
                .lines()
                .filter(line -> line.contains(bar))
                .findFirst()
                .orElseThrow(() -> new AssertionError("expected a line of " + bar + ", got " + run.out() + run.err()));
    }

    @Test
    @Tag("slow")
    void everyPartIsDoneOnTheCpuAtATinySize() throws Exception {
        Optional<String> python = PythonTorch.find();
        Path records = folder.resolve("records");
        CommandRun run = run(
                python.orElse("/no/python"),
                "--tiny",
                "--device",
                "cpu",
                "--minutes",
                "30",
                "--out",
                records.toString());
        // A tiny model reaches none of what it takes a GPU to reach.
        assertThat(run.code()).as(run.err()).isEqualTo(1);
        String torch = python.isPresent() ? "0" : "127";
        assertThat(ends(records))
                .as(run.err())
                .containsOnlyKeys(
                        "device",
                        "suite",
                        "language",
                        "vision",
                        "resnet50",
                        "torch-language",
                        "torch-vision",
                        "decoder",
                        "memory",
                        "estimate-language",
                        "estimate-recipe",
                        "estimate-vision",
                        "verdict-launch",
                        "verdict-compute",
                        "verdict-input",
                        "cifar")
                .allSatisfy((step, end) ->
                        assertThat(end).as(step + "\n" + run.err()).isEqualTo(step.startsWith("torch") ? torch : "0"));
        assertThat(line(run, "CUDA suite")).contains("not measured: no test of suite ran: ", "needs a CUDA");
        for (String bar : List.of(
                "language, times",
                "vision, times",
                "ResNet-50",
                "language, share",
                "a billion",
                "largest error of time")) {
            assertThat(line(run, bar)).matches("(met   |missed) .*: [0-9.]+ \\(at (least|most) .*");
        }
        assertThat(line(run, "language, step over that of eager"))
                .matches(python.isPresent() ? "(met   |missed) .*" : "- .*failed with exit code 127.*");
        assertThat(line(run, "verdicts that name"))
                .matches("(met   |missed) .*")
                .doesNotContain("verdict-input says");
        assertThat(line(run, "CIFAR-10")).contains("never (at most 15): the seed that came least far reached ");
        JsonObject summary = JsonParser.parseString(Files.readString(records.resolve("summary.json")))
                .getAsJsonObject();
        assertThat(summary.getAsJsonArray("bars").size()).isEqualTo((int) run.out()
                .lines()
                .filter(line -> line.matches("(met   |missed|-     ) .*"))
                .count());
        assertThat(summary.getAsJsonArray("steps").size()).isEqualTo(16);
    }

    @Test
    @Tag("slow")
    void aPartThatFailsDoesNotEndTheOthers() throws Exception {
        Path records = folder.resolve("records");
        CommandRun run = run(
                "false",
                "--tiny",
                "--device",
                "cpu",
                "--only",
                "device",
                "--only",
                "python",
                "--skip",
                "device",
                "--out",
                records.toString());
        assertThat(ends(records)).containsEntry("torch-vision", "1").containsEntry("device", "skipped");
        assertThat(line(run, "vision, step over that of eager")).contains("not measured: vision was skipped");
        assertThat(run.code()).isEqualTo(1);
    }

    @Test
    void wrongUsageIsRefusedInASentence() throws Exception {
        assertThat(run("python3", "--only", "music"))
                .isEqualTo(new CommandRun(
                        2,
                        "",
                        "gpu-check: expected a part, one of device suite language vision python decoder memory estimate"
                                + " verdicts cifar, got music: name one of these\n"));
        assertThat(run("python3", "--fast").err())
                .isEqualTo("gpu-check: expected an option of --help, got --fast: correct it\n");
        assertThat(run("python3", "--out").err())
                .isEqualTo("gpu-check: expected a value after --out, got none: give one\n");
        assertThat(run("python3", "--minutes", "few").err())
                .isEqualTo("gpu-check: expected whole minutes above 0, got few: correct --minutes\n");
        assertThat(run("python3", "--device", "tpu").err())
                .isEqualTo("gpu-check: expected gpu0 or cpu, got tpu: choose another GPU by CUDA_VISIBLE_DEVICES\n");
    }

    @Test
    void helpNamesEveryPart() throws Exception {
        CommandRun help = run("python3", "--help");
        assertThat(help.code()).isZero();
        assertThat(help.out()).contains("  device  ", "  suite  ", "  cifar  ", "VIVACE_CLASSPATH");
    }

    @Test
    void theSizesAreThoseOfTheWorkloadsOnAGpu() throws IOException {
        String script = Files.readString(SCRIPT).replaceAll("(?s)^.*\nelse\n", "");
        assertThat(options(script, "gpt"))
                .isEqualTo(sizes(new Language().at(Size.GPU), "width", "layers", "heads", "context", "batch"));
        assertThat(options(script, "resnet9"))
                .isEqualTo(sizes(Workload.named("vision").at(Size.GPU), "channels", "batch"));
        assertThat(options(script, "resnet50"))
                .isEqualTo(sizes(Workload.named("resnet50").at(Size.GPU), "batch", "image"));
        Map<String, String> billion = options(script, "billion");
        long parameters = new Gpt.Settings(
                        256,
                        Integer.parseInt(billion.get("width")),
                        Integer.parseInt(billion.get("layers")),
                        Integer.parseInt(billion.get("heads")),
                        Integer.parseInt(billion.get("context")),
                        0)
                .parameterCount();
        assertThat(parameters).isBetween(1_000_000_000L, 1_100_000_000L);
        assertThat(Workload.named("resnet50").at(Size.GPU).inputs()).containsExactly(new Shape(512, 3, 64, 64));
    }

    private static Map<String, String> options(String script, String name) {
        Matcher line = Pattern.compile("(?m)^    " + name + "=\\((.*)\\)$").matcher(script);
        assertThat(line.find()).as(name).isTrue();
        return Pattern.compile("--(\\w+) (\\d+)")
                .matcher(line.group(1))
                .results()
                .collect(Collectors.toMap(found -> found.group(1), found -> found.group(2)));
    }

    private static Map<String, String> sizes(Workload workload, String... names) {
        return WorkloadSizes.of(workload).stream()
                .filter(size -> List.of(names).contains(size.name()))
                .collect(Collectors.toMap(WorkloadSizes.Size::name, size -> String.valueOf(size.value())));
    }
}
