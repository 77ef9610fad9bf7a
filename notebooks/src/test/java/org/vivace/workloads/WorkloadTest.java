package org.vivace.workloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.vivace.architecture.Project;
import org.vivace.bench.Tiny;
import org.vivace.datasets.ResumableDataset;
import org.vivace.datasets.WordNetEntries;
import org.vivace.measure.TuningRecord;
import org.vivace.models.Encoder;
import org.vivace.train.Recipe;

class WorkloadTest {

    private final Language language = new Language(2, 1, 1, 3, 4, "wordnet", 8);
    private final Vision vision = new Vision(4, 2, "glyphs", 20);
    private final Classify classify = new Classify(16, 1, 2, 2, 1024, "wordnet", 3);

    @Test
    void flopsOfTheDecoder() {
        // A token: 24·2² + 4·3·2 in the layer, 2·2·256 in the head; 12 tokens, forward and twice that backward.
        assertThat(language.flopsPerStep()).hasValue(3.0 * 12 * (96 + 24 + 1024));
    }

    @Test
    void flopsOfTheConvolutionalNetwork() {
        int[][] convolutions = {
            {3, 4, 32}, {4, 8, 32}, {8, 8, 16}, {8, 8, 16}, {8, 16, 16}, {16, 32, 8}, {32, 32, 4}, {32, 32, 4}
        };
        double image = 2 * 32 * 10;
        for (int[] each : convolutions) {
            image += 2.0 * 9 * each[0] * each[1] * each[2] * each[2];
        }
        assertThat(vision.flopsPerStep()).hasValue(3 * 2 * image);
    }

    @Test
    void flopsOfTheEncoder() {
        // The longest of two texts of 2, 4, 4 and (cut) 10: 4 or 10, each for half of the pairs. A position: 24·16² in
        // the layer, and its share of 4·16·length² in attention; a text: 2·16·2 in the classifier.
        double text = 24 * 256 * 7 + 4 * 16 * (16 + 100) / 2.0 + 64;
        Encoder.Settings sizes = new Encoder.Settings(257, 16, 1, 2, 10, 2);
        assertThat(Classify.flopsPerStep(sizes, 2, Tiny.texts(2, 4, 20, 4).longest(10)))
                .isCloseTo(3 * 2 * text, within(1e-6));
    }

    @Test
    void theRecordTellsTheMeanLengthOfABatch() {
        // All of WordNet's entries are longer than ten bytes, so each is cut.
        assertThat(new Classify(16, 1, 2, 2, 10, "wordnet", 3).settings())
                .containsEntry("mean length of a batch", "10")
                .containsEntry("longest", "10");
    }

    @Test
    void textsAreCutToTheLongestAndEvaluatedOnInOrder() {
        Classify cut = new Classify(16, 1, 2, 2, 10, "wordnet", 3);
        assertThat(cut.train().batches()).isEqualTo(12_960 / 2);
        assertThat(LongestOfBatch.lengths(cut.train())).containsOnly(10);
        int[] each =
                LongestOfBatch.lengths(WordNetEntries.test().take(3).batch(1).inOrder());
        assertThat(Arrays.stream(each)).allMatch(length -> length > 10 && length < 1024);
        assertThat(LongestOfBatch.lengths(
                        (ResumableDataset) classify.validation().orElseThrow()))
                .containsExactly(Math.max(each[0], each[1]), each[2]);
    }

    @Test
    void learningRatesAreThoseThatTheSearchesFound() {
        Path tuning = Project.root().resolve("notebooks/results/tuning");
        assertThat(TuningRecord.read(tuning.resolve("language.json")).best()).hasValue(language.learningRate());
        assertThat(TuningRecord.read(tuning.resolve("vision.json")).best()).hasValue(vision.learningRate());
        assertThat(TuningRecord.read(tuning.resolve("classify.json")).best()).hasValue(classify.learningRate());
    }

    @Test
    void inputsHaveTheShapeOfABatch() {
        assertThat(language.inputs()).containsExactly(new Shape(4, 3));
        assertThat(vision.inputs()).containsExactly(new Shape(2, 3, 32, 32));
        assertThat(classify.inputs()).containsExactly(new Shape(2, 1024));
    }

    @Test
    void theRecipesOfTheWorkloadsGoTogether() {
        assertThat(Recipe.of(language.recipe()).labels())
                .containsExactly(
                        "MixedPrecision(bf16)",
                        "LowPrecisionLayerNorm",
                        "FusedAttention",
                        "FusedAdamW",
                        "SequenceLengthWarmup(0.3)");
        assertThat(Recipe.of(vision.recipe()).labels())
                .containsExactly("MixedPrecision(bf16)", "ChannelsLast", "FusedSgd");
        assertThat(Recipe.of(classify.recipe()).labels())
                .containsExactly("MixedPrecision(bf16)", "LowPrecisionLayerNorm", "FusedAttention", "FusedAdamW");
    }
}
