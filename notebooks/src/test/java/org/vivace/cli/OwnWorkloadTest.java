package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.measure.BenchRecord;

/** Commands on a user's own classes, which nobody but {@code --class-path} knows of. */
@Tag("slow")
class OwnWorkloadTest {

    private static final String CLASS_PATH = "vivace.classpath";

    @TempDir
    private static Path classes;

    @TempDir
    private Path folder;

    private final ClassLoader loader = Thread.currentThread().getContextClassLoader();
    private final String classPath = System.getProperty(CLASS_PATH);

    /** The classes of com.acme under another name, since under their own they are in the class path of the tests. */
    @BeforeAll
    static void compile() throws IOException {
        Path sources = Files.createDirectory(classes.resolveSibling(classes.getFileName() + "-sources"));
        List<String> arguments = new ArrayList<>(
                List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path"), "-parameters"));
        try (Stream<Path> all = Files.list(Path.of("src/test/java/com/acme"))) {
            for (Path each : all.toList()) {
                String source = Files.readString(each).replace("com.acme", "com.acme.outside");
                arguments.add(Files.writeString(sources.resolve(each.getFileName()), source)
                        .toString());
            }
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assertThat(compiler.run(null, null, null, arguments.toArray(String[]::new)))
                .isZero();
        service("org.vivace.train.MethodProvider", "com.acme.outside.OwnMethods");
        service("org.vivace.bench.Workload", "com.acme.outside.Dense");
    }

    private static void service(String type, String provider) throws IOException {
        Path file = classes.resolve("META-INF/services").resolve(type);
        Files.createDirectories(file.getParent());
        Files.writeString(file, provider + "\n");
    }

    /** A command changes the process that it is alone in; here others follow. */
    @AfterEach
    void leave() throws IOException {
        Thread thread = Thread.currentThread();
        if (thread.getContextClassLoader() != loader
                && thread.getContextClassLoader() instanceof URLClassLoader entered) {
            entered.close();
        }
        thread.setContextClassLoader(loader);
        if (classPath == null) {
            System.clearProperty(CLASS_PATH);
        } else {
            System.setProperty(CLASS_PATH, classPath);
        }
    }

    private CommandRun run(String command, String workload, String... more) {
        List<String> words = new ArrayList<>(List.of(command, workload, "--class-path", classes.toString()));
        words.addAll(List.of(more));
        return CommandRun.of(words.toArray(String[]::new));
    }

    private static void assertDone(CommandRun run) {
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
    }

    private JsonObject json(Path file) throws IOException {
        return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    }

    @Test
    void benchTimesItAndFreshJvmsMakeItAnew() {
        Path json = folder.resolve("bench.json");
        assertDone(run(
                "bench",
                "com.acme.outside.Dense",
                "--hidden-units=32",
                "--methods=HalvedGradients,FusedAdamW",
                "--steps=6",
                "--out=" + folder.resolve("out"),
                "--json=" + json));
        BenchRecord record = BenchRecord.read(json);
        assertThat(record.workload()).isEqualTo("dense");
        assertThat(record.settings())
                .containsEntry("width", "8")
                .containsEntry("hidden units", "32")
                .containsEntry("batch", "4");
        assertThat(record.notes()).noneMatch(note -> note.contains("memory"));
        assertThat(record.baseline().peakBytes().getAsLong()).isPositive();
        assertThat(record.recipe().orElseThrow().methods()).containsExactly("HalvedGradients", "FusedAdamW");
        assertThat(record.recipe().orElseThrow().peakBytes().getAsLong()).isPositive();
        assertThat(record.recipe().orElseThrow().mfu().getAsDouble())
                .as("the estimator counts what nobody counted by hand")
                .isPositive();
        assertThat(record.command()).startsWith("./vivace bench com.acme.outside.Dense --class-path " + classes);
    }

    @Test
    void aServiceIsKnownByItsName() {
        Path json = folder.resolve("bench.json");
        assertDone(run(
                "bench",
                "dense",
                "--width=4",
                "--methods=none",
                "--steps=6",
                "--no-memory",
                "--out=" + folder.resolve("out"),
                "--json=" + json));
        assertThat(BenchRecord.read(json).settings()).containsEntry("width", "4");
    }

    @Test
    void aSupplierOfAWorkloadIsOne() {
        Path json = folder.resolve("bench.json");
        CommandRun run = CommandRun.of(
                "bench",
                "com.acme.outside.Mine",
                "--class-path=" + classes,
                "--methods=MixedPrecision,FusedAdamW",
                "--steps=6",
                "--out=" + folder.resolve("out"),
                "--json=" + json);
        assertDone(run);
        BenchRecord record = BenchRecord.read(json);
        assertThat(record.workload()).isEqualTo("mine");
        assertThat(record.settings())
                .containsEntry("input", "(32, 3, 64, 64)")
                .containsEntry("model", "Net")
                .containsEntry("optimizer", "DJL's Adam");
        assertThat(record.baseline().peakBytes().getAsLong()).isPositive();
    }

    @Test
    void profileSplitsItsStep() throws Exception {
        Path json = folder.resolve("profile.json");
        String out = "--out=" + folder.resolve("out");
        CommandRun run = run("profile", "com.acme.outside.Dense", "--steps=3", "--inference", out, "--json=" + json);
        assertDone(run);
        assertThat(run.out()).contains("A training step of dense");
        assertThat(json(json).get("workload").getAsString()).isEqualTo("dense");
        assertThat(json(json).getAsJsonObject("inference").getAsJsonArray("loads"))
                .isNotEmpty();
    }

    @Test
    void estimateCountsItsOperationsAndIsChecked() throws Exception {
        Path json = folder.resolve("estimate.json");
        CommandRun run = run("estimate", "com.acme.outside.Dense", "--check", "--json", json.toString());
        assertDone(run);
        assertThat(run.out()).contains("dense, batch 4, ").contains("measured ");
        JsonObject estimate = json(json).getAsJsonObject("estimate");
        assertThat(estimate.get("forwardFlops").getAsDouble()).isEqualTo(2.0 * 4 * (8 * 16 + 16 * 4));
        assertThat(estimate.get("parameters").getAsLong()).isEqualTo(8 * 16 + 16 + 16 * 4 + 4);
        // libtorch adds the biases within its products; a sum is no product, so the estimate does without.
        double biases = 4 * (16 + 4);
        assertThat(json(json).getAsJsonObject("measured").get("flops").getAsDouble())
                .isEqualTo(estimate.get("flops").getAsDouble() + biases);
    }

    @Test
    void tuneFindsItsLearningRate() throws Exception {
        Path json = folder.resolve("tune.json");
        CommandRun run = run("tune", "com.acme.outside.Dense", "--train-steps", "5", "--json", json.toString());
        assertDone(run);
        assertThat(run.out()).startsWith("learning rate").containsOnlyOnce("  best");
        assertThat(json(json).get("workload").getAsString()).isEqualTo("dense");
    }

    @Test
    void withoutHeldOutDataNothingIsTuned() {
        CommandRun run = run("tune", "com.acme.outside.Mine", "--train-steps", "5");
        assertThat(run.err())
                .isEqualTo("vivace: expected held-out data of mine to evaluate a training on, got none: give it some"
                        + " with validation(dataset)\n");
        assertThat(run.code()).isEqualTo(1);
    }

    @Test
    void itsSizesAreInTheHelp() {
        CommandRun run = run("bench", "com.acme.outside.Dense", "--help");
        assertDone(run);
        assertThat(run.out())
                .startsWith("Usage: vivace bench com.acme.outside.Dense")
                .contains("--width=N", "Numbers in a row (default: 8).")
                .contains("--hidden-units=UNITS", "--batch=");
    }

    @Test
    void wrongUsageIsOneSentenceAndTwo() {
        assertRefused(
                run("bench", "com.acme.outside.Dense", "--width", "0"),
                "--width must be at least 1, got 0: give a larger one");
        assertRefused(
                run("bench", "com.acme.outside.Dense", "--width", "wide"),
                "Invalid value for option '--width': 'wide'");
        assertRefused(run("bench", "com.acme.outside.None"), "got com.acme.outside.None: choose one of these");
        assertRefused(
                run("profile", "com.acme.outside.Net"),
                "expected a class that implements org.vivace.bench.Workload or Supplier<Workload>, got"
                        + " com.acme.outside.Net: implement one of them there");
        assertRefused(
                run("estimate", "com.acme.outside.Parts"),
                "expected a class that implements org.vivace.bench.Workload or Supplier<Workload>, got"
                        + " com.acme.outside.Parts");
        Path missing = folder.resolve("missing");
        assertRefused(
                CommandRun.of("bench", "com.acme.outside.Dense", "--class-path", missing.toString()),
                "expected a folder or a jar at " + missing + ", found nothing there: correct --class-path");
    }

    private static void assertRefused(CommandRun run, String sentence) {
        assertThat(run.err()).startsWith("vivace: ").contains(sentence).contains("--help')");
        assertThat(run.err().strip()).doesNotContain("\n");
        assertThat(run.code()).isEqualTo(2);
    }

    @Test
    void withoutItsClassPathNobodyKnowsIt() {
        assertRefused(CommandRun.of("bench", "dense"), "Unmatched argument at index 1: 'dense'");
        assertRefused(
                CommandRun.of("bench", "com.acme.outside.Dense"),
                "got com.acme.outside.Dense: choose one of these, or give the class's folder with --class-path");
    }
}
