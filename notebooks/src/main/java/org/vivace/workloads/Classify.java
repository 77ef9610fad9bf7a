package org.vivace.workloads;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.dataset.Dataset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import org.vivace.bench.Accuracy;
import org.vivace.bench.Described;
import org.vivace.bench.Size;
import org.vivace.datasets.ResumableDataset;
import org.vivace.datasets.SpamAssassin;
import org.vivace.datasets.Texts;
import org.vivace.datasets.WordNetEntries;
import org.vivace.measure.QualityMeasure;
import org.vivace.models.Encoder;
import org.vivace.train.Catalogue;
import org.vivace.train.EfficiencyMethod;

/**
 * A transformer encoder that sorts texts of very different length into classes, each batch padded to its longest text.
 *
 * @param longest texts are cut to this many bytes
 * @param data {@code mails}, or {@code wordnet}: which part of speech a dictionary entry defines; read once per process
 * @param heldOut maximum number of texts for evaluation
 */
public record Classify(
        @Described("Numbers per position.") int width,
        @Described("Encoder layers.") int layers,
        @Described("Attention heads.") int heads,
        @Described("Texts in a batch.") int batch,

        @Described("Cut texts to their first N bytes; plain attention's memory grows with the square of it.")
        int longest,

        @Described(value = "mails, or wordnet: which part of speech a dictionary entry defines.", label = "NAME")
        String data,

        @Described(value = "Evaluate on at most N texts.", byDefault = "all")
        int heldOut)
        implements Classifying {

    private static final String CORPUS = "spam-assassin";

    /** Texts by data set, cached because they are read in every epoch. */
    private static final Map<String, Split> SPLITS = new ConcurrentHashMap<>();

    /** The data to train on, the data to evaluate on, and their name. */
    private record Split(Texts train, Texts test, String source) {}

    public Classify {
        if (!data.equals("mails") && !data.equals("wordnet")) {
            throw new IllegalArgumentException("--data must be mails or wordnet, got " + data);
        }
        sizes(width, layers, heads, longest, data);
        Settings.requirePositive("--batch", batch);
        Settings.requirePositive("--held-out", heldOut);
    }

    public Classify() {
        this(128, 4, 4, 16, 1024, "mails", Integer.MAX_VALUE);
    }

    /** On dictionary entries if the mails are not on this machine. */
    @Override
    public Classify at(Size size) {
        String there = Found.here(CORPUS) ? data : "wordnet";
        return switch (size) {
            case QUICK -> new Classify(32, 2, 2, 8, 128, there, 128);
            case DEFAULT -> new Classify(96, 3, 4, 16, 512, there, 256);
            case GPU -> new Classify(256, 6, 8, 64, 1024, there, Integer.MAX_VALUE);
        };
    }

    private static Encoder.Settings sizes(int width, int layers, int heads, int longest, String data) {
        int classes = (data.equals("mails") ? SpamAssassin.CLASS_NAMES : WordNetEntries.CLASS_NAMES).size();
        return new Encoder.Settings(Texts.PADDING + 1, width, layers, heads, longest, classes, Texts.PADDING);
    }

    private Encoder.Settings sizes() {
        return sizes(width, layers, heads, longest, data);
    }

    private Split split() {
        return SPLITS.computeIfAbsent(data, Classify::read);
    }

    /**
     * @throws IllegalStateException if the mails are not on this machine
     * @throws UncheckedIOException if they are damaged
     */
    private static Split read(String data) {
        if (data.equals("wordnet")) {
            return new Split(
                    WordNetEntries.train(), WordNetEntries.test(), "WordNet 3.1, the part of speech of an entry");
        }
        Found.require(CORPUS, "the mails of the SpamAssassin corpus");
        try {
            return new Split(SpamAssassin.train(), SpamAssassin.test(), "SpamAssassin's mails");
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    @Override
    public String name() {
        return "classify";
    }

    @Override
    public Map<String, String> settings() {
        LongestOfBatch lengths = longestOfBatch(texts(), batch);
        return Settings.of(
                "Encoder",
                sizes().parameterCount(),
                "DJL's Adam",
                Map.of(
                        "width", width,
                        "layers", layers,
                        "heads", heads,
                        "longest", longest,
                        "batch", batch,
                        "mean length of a batch", String.format(Locale.ROOT, "%.0f", lengths.mean()),
                        "data", split().source()));
    }

    @Override
    public Block newBlock() {
        return new Encoder(sizes());
    }

    /** Of a batch with a text of the model's maximum length. */
    @Override
    public List<Shape> inputs() {
        return List.of(new Shape(batch, longest));
    }

    @Override
    public double learningRate() {
        return 1.25e-4;
    }

    @Override
    public QualityMeasure measure() {
        return Accuracy.MEASURE;
    }

    @Override
    public OptionalDouble target() {
        return OptionalDouble.of(0.95);
    }

    @Override
    public double quality(NDList labels, NDList predictions, double loss) {
        return Accuracy.of(labels, predictions);
    }

    @Override
    public ResumableDataset train() {
        return texts().batch(batch).shuffled();
    }

    @Override
    public Optional<Dataset> validation() {
        return Optional.of(
                split().test().take(heldOut).longest(longest).batch(batch).inOrder());
    }

    @Override
    public OptionalDouble flopsPerStep() {
        return OptionalDouble.of(flopsPerStep(sizes(), batch, texts()));
    }

    /**
     * A position of a batch of length L costs, forward, 2 operations for each weight of a layer's 12·width² and
     * 4·L·width in a layer's attention (Chowdhery et al. 2022, PaLM, appendix B); a text's classifier costs
     * 2·width·classes. Padding is counted, since plain DJL computes it. The result is the mean over all batches of
     * training texts, so it uses the mean of L and the mean of L², not the square of the mean.
     *
     * @param texts cut to the model's maximum length
     */
    static double flopsPerStep(Encoder.Settings sizes, int batch, Texts texts) {
        double w = sizes.width();
        LongestOfBatch lengths = longestOfBatch(texts, batch);
        double layer = 24 * w * w * lengths.mean() + 4 * w * lengths.meanSquare();
        return 3 * Math.min(batch, texts.size()) * (sizes.layers() * layer + 2 * w * sizes.classes());
    }

    private Texts texts() {
        return split().train().longest(longest);
    }

    private static LongestOfBatch longestOfBatch(Texts texts, int batch) {
        int[] lengths = LongestOfBatch.lengths(texts.batch(1).inOrder());
        return LongestOfBatch.of(lengths, batch);
    }

    @Override
    public List<EfficiencyMethod> recipe() {
        return Catalogue.parse("MixedPrecision(bf16),LowPrecisionLayerNorm,FusedAttention,FusedAdamW");
    }
}
