package org.vivace.notebooks;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.vivace.datasets.ResumableDataset;
import org.vivace.datasets.Texts;
import org.vivace.measure.QualityMeasure;
import org.vivace.methods.Catalogue;
import org.vivace.models.Encoder;
import org.vivace.models.TokenLoss;
import org.vivace.train.EfficiencyMethod;

/**
 * A transformer encoder that sorts texts of very different length into classes, each batch padded to its longest text.
 *
 * @param sizes of the model; texts are cut to its longest
 * @param batch texts in a batch
 * @param texts to train on
 * @param heldOut to evaluate on
 * @param source what the texts are, for the record
 */
public record Classify(Encoder.Settings sizes, int batch, Texts texts, Texts heldOut, String source)
        implements Workload {

    @Override
    public String name() {
        return "classify";
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        settings.put(
                "model", String.format(Locale.ROOT, "Encoder, %.1f million parameters", sizes.parameterCount() / 1e6));
        settings.put("width", Integer.toString(sizes.width()));
        settings.put("layers", Integer.toString(sizes.layers()));
        settings.put("heads", Integer.toString(sizes.heads()));
        settings.put("longest", Integer.toString(sizes.longest()));
        settings.put("batch", Integer.toString(batch));
        settings.put(
                "mean length of a batch",
                String.format(Locale.ROOT, "%.0f", longestOfBatch().mean()));
        settings.put("data", source);
        settings.put("optimizer", "DJL's Adam");
        return settings;
    }

    @Override
    public Block newBlock() {
        return new Encoder(sizes);
    }

    /** Of a batch with a text of the longest length that the model takes. */
    @Override
    public Shape input() {
        return new Shape(batch, sizes.longest());
    }

    @Override
    public Loss loss() {
        return new TokenLoss();
    }

    @Override
    public Optimizer optimizer(Tracker learningRate) {
        return Optimizer.adam().optLearningRateTracker(learningRate).build();
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
    public double target() {
        return 0.95;
    }

    @Override
    public double quality(NDList labels, NDList predictions, double loss) {
        return Accuracy.of(labels, predictions);
    }

    @Override
    public ResumableDataset train() {
        return texts.longest(sizes.longest()).batch(batch).shuffled();
    }

    @Override
    public ResumableDataset validation() {
        return heldOut.longest(sizes.longest()).batch(batch).inOrder();
    }

    /**
     * A position of a batch of length L costs, forward, 2 operations for each weight of a layer's 12·width² and 4·L·width
     * in a layer's attention (Chowdhery et al. 2022, PaLM, appendix B); a text's classifier costs 2·width·classes.
     * Padding is counted, as plain DJL computes it. The number is the mean over all batches of training texts, so it
     * takes the mean of L and the mean of L², not the square of the mean.
     */
    @Override
    public double flopsPerStep() {
        double w = sizes.width();
        LongestOfBatch longest = longestOfBatch();
        double layer = 24 * w * w * longest.mean() + 4 * w * longest.meanSquare();
        return 3 * Math.min(batch, texts.size()) * (sizes.layers() * layer + 2 * w * sizes.classes());
    }

    private LongestOfBatch longestOfBatch() {
        int[] lengths =
                LongestOfBatch.lengths(texts.longest(sizes.longest()).batch(1).inOrder());
        return LongestOfBatch.of(lengths, batch);
    }

    @Override
    public List<EfficiencyMethod> recipe() {
        return Catalogue.parse("MixedPrecision(bf16),LowPrecisionLayerNorm,FusedAttention,FusedAdamW");
    }
}
