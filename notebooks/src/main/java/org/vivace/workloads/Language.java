package org.vivace.workloads;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.dataset.Dataset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import org.vivace.bench.Described;
import org.vivace.bench.Size;
import org.vivace.datasets.ByteText;
import org.vivace.datasets.ResumableDataset;
import org.vivace.datasets.StateOfTheUnion;
import org.vivace.datasets.TextFiles;
import org.vivace.datasets.WordNetText;
import org.vivace.measure.QualityMeasure;
import org.vivace.models.Gpt;
import org.vivace.train.Catalogue;
import org.vivace.train.EfficiencyMethod;

/**
 * A decoder that predicts the next byte of a text.
 *
 * @param context bytes in a sequence
 * @param data {@code wordnet}, {@code sotu}, or the path of a UTF-8 file or a folder of them; read once per process
 * @param heldOut maximum number of bytes, from the start of the held-out tenth, for evaluation
 */
public record Language(
        @Described("Numbers per position.") int width,
        @Described("Decoder layers.") int layers,
        @Described("Attention heads.") int heads,
        @Described("Bytes in a sequence.") int context,
        @Described("Sequences in a batch.") int batch,

        @Described(
                value =
                        "wordnet, its definitions and examples, sotu (the State of the Union addresses), or the path of a"
                                + " UTF-8 file or a folder of them.",
                label = "NAME|PATH")
        String data,

        @Described("Evaluate on at most N bytes of the held-out tenth.")
        int heldOut)
        implements Classifying {

    private static final int BYTES = 256;

    /** Texts by data set, cached because a text is needed in every epoch and takes a second to read. */
    private static final Map<String, ByteText> TEXTS = new ConcurrentHashMap<>();

    public Language {
        sizes(width, layers, heads, context);
        Settings.requirePositive("--batch", batch);
        Settings.requirePositive("--held-out", heldOut);
    }

    public Language() {
        this(384, 6, 6, 256, 16, "wordnet", 32 * 1024);
    }

    @Override
    public Language at(Size size) {
        return switch (size) {
            case QUICK -> new Language(48, 2, 2, 64, 8, data, 4096);
            case DEFAULT -> new Language(192, 4, 4, 128, 16, data, 16384);
            // GPT-2 small, over bytes.
            case GPU -> new Language(768, 12, 12, 1024, 16, data, 262_144);
        };
    }

    private static Gpt.Settings sizes(int width, int layers, int heads, int context) {
        return new Gpt.Settings(BYTES, width, layers, heads, context, 0);
    }

    private Gpt.Settings sizes() {
        return sizes(width, layers, heads, context);
    }

    private ByteText text() {
        return TEXTS.computeIfAbsent(data, Language::read).context(context).batch(batch);
    }

    /**
     * @throws IllegalStateException if a data set is not on this machine
     * @throws UncheckedIOException if a file cannot be read
     */
    private static ByteText read(String data) {
        try {
            return switch (data) {
                case "wordnet" -> ByteText.of(WordNetText.read());
                case "sotu" -> {
                    Found.require("sotu", "the State of the Union addresses");
                    yield ByteText.of(StateOfTheUnion.read());
                }
                default -> ByteText.of(TextFiles.read(Path.of(data)));
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private String source() {
        return switch (data) {
            case "wordnet" -> "WordNet 3.1, definitions and examples";
            case "sotu" -> "State of the Union addresses";
            default -> data;
        };
    }

    @Override
    public String name() {
        return "language";
    }

    @Override
    public Map<String, String> settings() {
        return Settings.of(
                "Gpt",
                sizes().parameterCount(),
                "DJL's Adam",
                Map.of(
                        "width", width,
                        "layers", layers,
                        "heads", heads,
                        "context", context,
                        "batch", batch,
                        "data", source()));
    }

    @Override
    public Block newBlock() {
        return new Gpt(sizes());
    }

    @Override
    public List<Shape> inputs() {
        return List.of(new Shape(batch, context));
    }

    @Override
    public double learningRate() {
        return 1e-3;
    }

    @Override
    public QualityMeasure measure() {
        return new QualityMeasure("nats a byte", false);
    }

    @Override
    public OptionalDouble target() {
        return OptionalDouble.of(2.2);
    }

    @Override
    public ResumableDataset train() {
        return text().train();
    }

    @Override
    public Optional<Dataset> validation() {
        return Optional.of(text().validation().take(heldOut));
    }

    /**
     * A token costs, forward, 2 operations for each weight of a layer's 12·width² and of the head's width·vocabulary,
     * and 4·context·width in a layer's attention, whose scores are counted for all pairs of positions, since plain DJL
     * also computes those that the causal mask discards (Chowdhery et al. 2022, PaLM, appendix B).
     */
    @Override
    public OptionalDouble flopsPerStep() {
        double w = width;
        double layer = 24 * w * w + 4.0 * context * w;
        double token = layers * layer + 2 * w * BYTES;
        return OptionalDouble.of(3 * token * batch * context);
    }

    @Override
    public List<EfficiencyMethod> recipe() {
        return Catalogue.parse(
                "MixedPrecision(bf16),LowPrecisionLayerNorm,FusedAttention,FusedAdamW,SequenceLengthWarmup(0.3)");
    }
}
