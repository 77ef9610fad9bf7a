package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.VarSnippet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The Java of every card, each block as a cell of its own, on a {@link CardStage}. */
@Tag("slow")
class CardExamplesTest {

    private static final Path CARDS = Path.of("cards");

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```");

    private static final String START = """
            import ai.djl.*;
            import ai.djl.engine.*;
            import ai.djl.ndarray.*;
            import ai.djl.ndarray.types.*;
            import ai.djl.nn.*;
            import ai.djl.nn.core.*;
            import ai.djl.training.*;
            import ai.djl.training.dataset.*;
            import ai.djl.training.loss.*;
            import ai.djl.training.optimizer.*;
            import java.util.*;
            import org.vivace.methods.*;
            import org.vivace.models.*;
            import org.vivace.torch.*;
            import org.vivace.train.*;
            CardStage stage;
            Model model;
            DefaultTrainingConfig config;
            Loss loss;
            ArrayDataset data;
            Batch batch;
            void open(CardStage opened) {
                stage = opened;
                model = stage.model();
                config = stage.config();
                loss = config.getLossFunction();
                data = stage.data();
                batch = stage.batch();
            }
            """;

    /** What the last block of a card uses beside the stage, and what is then true of its results. */
    private record Kernel(String given, String holds) {}

    /** A block that needs the stage alone, and makes something that can be tried. */
    private static final Kernel UNAIDED = new Kernel("", "tried");

    private static final Map<String, Kernel> KERNELS = Map.ofEntries(
            Map.entry("activation-checkpointing.md", new Kernel("""
                    Block block = Linear.builder().setUnits(1).optBias(false).build();
                    block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(2, 3));
                    CheckpointTape tape = new CheckpointTape();
                    Random random = new Random(1);
                    ParameterStore store = new ParameterStore(model.getNDManager(), false);
                    NDList input = new NDList(model.getNDManager().arange(6f).reshape(2, 3));
                    """, """
                    Arrays.equals(block.getParameters().get("weight").getArray().getGradient().toFloatArray(),
                            new float[] {3, 5, 7})
                    """)),
            Map.entry(
                    "channels-last.md",
                    new Kernel(
                            "NDArray weight = model.getNDManager().ones(new Shape(4, 3, 3, 3));",
                            "MemoryFormat.CHANNELS_LAST.holds(weight)"
                                    + " && MemoryFormat.CHANNELS_LAST.holds(laidOut.head())")),
            Map.entry(
                    "fused-attention.md",
                    new Kernel("""
                    boolean training = false;
                    NDArray queries = model.getNDManager().ones(new Shape(1, 2, 3, 4));
                    NDArray keys = model.getNDManager().ones(new Shape(1, 2, 3, 4));
                    NDArray values = model.getNDManager().arange(24f).reshape(1, 2, 3, 4);
                    """, "mixed.toFloatArray()[0] == 0 && mixed.toFloatArray()[4] == 2")),
            Map.entry(
                    "identity-start.md",
                    new Kernel(
                            "NDArray weight = model.getNDManager().zeros(new Shape(2, 2, 1, 1));",
                            "Arrays.equals(weight.toFloatArray(), new float[] {1, 0, 0, 1})")),
            Map.entry("label-smoothing.md", new Kernel("""
                    NDArray labels = batch.getLabels().head();
                    NDArray logits = model.getNDManager().zeros(new Shape(128, 2));
                    """, "Math.abs(smoothed.getFloat() - Math.log(2)) < 1e-6")),
            Map.entry("low-precision-layer-norm.md", new Kernel("""
                    NDArray x = model.getNDManager().create(new float[] {1, 3}, new Shape(1, 2));
                    NDArray gamma = model.getNDManager().ones(new Shape(2));
                    NDArray beta = model.getNDManager().zeros(new Shape(2));
                    """, "Math.abs(normal.toFloatArray()[1] - 1) < 1e-3")),
            Map.entry("mixed-precision.md", new Kernel("", "predictions.head().getDataType() == DataType.FLOAT32")),
            Map.entry(
                    "muon.md",
                    new Kernel(
                            "NDArray momentum = model.getNDManager().create(new float[] {3, 0, 0, 4}, new Shape(2, 2));",
                            "direction.getFloat(0, 0) > 0.6 && direction.getFloat(0, 0) < 1.2"
                                    + " && Math.abs(direction.getFloat(0, 1)) < 0.05")),
            Map.entry("patch-whitening.md", new Kernel("""
                    NDArray images = batch.getData().head();
                    NDArray coordinates = model.getNDManager().randomNormal(new Shape(4, 3, 3, 3));
                    """, """
                    filters.getShape().equals(new Shape(27, 27)) && kernels.getShape().equals(coordinates.getShape())
                    """)),
            Map.entry("progressive-resizing.md", new Kernel("int step = 650;", """
                    small.data().head().getShape().equals(new Shape(128, 3, 24, 24))
                            && small.labels().equals(batch.getLabels())
                    """)),
            Map.entry(
                    "sequence-length-warmup.md",
                    new Kernel("int step = 150;", "cut.labels().head().getShape().equals(new Shape(16, 128))")));

    private static JShell shell;

    private static List<Snippet> started;

    /** In this JVM, so that the blocks find the class path and the native library of the tests. */
    @BeforeAll
    static void open() {
        shell = JShell.builder().executionEngine("local").build();
        shell.addToClasspath(System.getProperty("java.class.path"));
        started = evaluate(START);
    }

    @AfterAll
    static void close() {
        shell.close();
    }

    static List<Path> cards() throws IOException {
        try (Stream<Path> files = Files.list(CARDS)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("cards")
    void doesWhatItSays(Path card) throws IOException {
        check(card.getFileName().toString(), Files.readString(card));
    }

    static Stream<Arguments> wrongCards() {
        String training = "Training.of(model).input(new Shape(16, 256)).loss(new TokenLoss()).epochs(3)";
        return Stream.of(
                arguments("no Java", "Use it wherever you like.\n", "a block of Java"),
                arguments("no such method", java("new FusedAdamW().withMaxnorm(1.0)"), "cannot find symbol"),
                arguments("refused at run time", java("new LabelSmoothing(2)"), "expected a smoothing in (0, 1)"),
                arguments("cut off", java("new FusedAdamW("), "incomplete"),
                arguments("without an effect", java("int steps = 3;"), "expected to hold of what the block makes"),
                arguments("no training", java(training + ".learningRate(30).fit(data);"), "to be less than"),
                arguments(
                        "not a number",
                        java("float[] x = {0}; NDArray y = model.getNDManager().create(x).log();"),
                        "NaN or infinity"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongCards")
    void aCardThatDoesNotIsFound(String name, String text, String message) {
        assertThatThrownBy(() -> check("planted.md", "On new Shape(16, 256):\n" + text))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(message);
    }

    private static String java(String block) {
        return "```java\n" + block + "\n```\n";
    }

    private static void check(String name, String card) {
        List<String> blocks = BLOCK.matcher(card)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
        assertThat(blocks).as("a block of Java in " + name).isNotEmpty();
        Kernel kernel = KERNELS.getOrDefault(name, UNAIDED);
        for (int i = 0; i < blocks.size(); i++) {
            boolean last = i == blocks.size() - 1;
            check(card, blocks.get(i), last ? kernel : UNAIDED);
        }
    }

    /** On a stage of its own; nothing that it declares is left for the next. */
    private static void check(String card, String block, Kernel kernel) {
        try (CardStage stage = CardStage.of(card)) {
            CardStage.current = stage;
            evaluate("open(CardStage.current)");
            evaluate(kernel.given());
            String made = evaluate(block).stream()
                    .filter(VarSnippet.class::isInstance)
                    .map(each -> ((VarSnippet) each).name())
                    .collect(Collectors.joining(", "));
            evaluate("boolean tried = stage.tries(" + made + ")");
            evaluate("stage.require(" + kernel.holds().strip() + ", \"" + made + "\")");
        } finally {
            List<Snippet> declared = new ArrayList<>(shell.snippets()
                    .filter(each ->
                            !started.contains(each) && shell.status(each).isActive())
                    .toList());
            Collections.reverse(declared);
            declared.forEach(shell::drop);
        }
    }

    private static List<Snippet> evaluate(String source) {
        List<Snippet> snippets = new ArrayList<>();
        String rest = source;
        while (!rest.isBlank()) {
            CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
            assertThat(next.completeness().isComplete())
                    .as("incomplete: " + rest)
                    .isTrue();
            for (SnippetEvent event : shell.eval(next.source())) {
                if (event.causeSnippet() == null) {
                    assertValid(event);
                    snippets.add(event.snippet());
                }
            }
            rest = next.remaining();
        }
        return snippets;
    }

    private static void assertValid(SnippetEvent event) {
        String source = event.snippet().source();
        assertThat(shell.diagnostics(event.snippet()).map(each -> each.getMessage(null)))
                .as(source)
                .isEmpty();
        assertThat(event.status()).as(source).isEqualTo(Snippet.Status.VALID);
        if (event.exception() != null) {
            String thrown = event.exception() instanceof EvalException e
                    ? e.getExceptionClassName() + ": " + e.getMessage()
                    : event.exception().toString();
            throw new AssertionError(source + " threw " + thrown, event.exception());
        }
    }
}
