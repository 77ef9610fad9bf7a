package org.vivace.notebooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vivace.architecture.Project;
import org.vivace.datasets.ByteText;
import org.vivace.datasets.Glyphs;
import org.vivace.datasets.Images;
import org.vivace.datasets.Texts;
import org.vivace.measure.TuningRecord;
import org.vivace.models.Encoder;
import org.vivace.models.Gpt;
import org.vivace.models.ResNet9;
import org.vivace.train.Recipe;

class WorkloadTest {

    private final Language language =
            new Language(new Gpt.Settings(5, 2, 1, 1, 3, 0), 4, ByteText.of("\0\1\2\3\4".repeat(40)), "five bytes", 8);
    private final Images images = Glyphs.of(20, 1).rgb();
    private final Vision vision = new Vision(new ResNet9.Settings(4, 10, 3), 2, images, images, "glyphs");
    private final Texts texts = texts(2, 4, 20, 4);
    private final Classify classify =
            new Classify(new Encoder.Settings(257, 16, 1, 2, 10, 2), 2, texts, texts.take(3), "letters");

    /** Texts of these lengths, of a's and of b's in turn. */
    private static Texts texts(int... lengths) {
        List<byte[]> all = new ArrayList<>();
        int[] labels = new int[lengths.length];
        for (int i = 0; i < lengths.length; i++) {
            labels[i] = i % 2;
            all.add((i % 2 == 0 ? "a" : "b").repeat(lengths[i]).getBytes(StandardCharsets.US_ASCII));
        }
        return Texts.of(all, labels, 2);
    }

    @Test
    void flopsOfTheDecoder() {
        // A token: 24·2² + 4·3·2 in the layer, 2·2·5 in the head; 12 tokens, forward and twice that backward.
        assertThat(language.flopsPerStep()).isEqualTo(3.0 * 12 * (96 + 24 + 20));
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
        assertThat(vision.flopsPerStep()).isEqualTo(3 * 2 * image);
    }

    @Test
    void flopsOfTheEncoder() {
        // The longest of two texts of 2, 4, 4 and (cut) 10: 4 or 10, each for half of the pairs. A position: 24·16² in
        // the layer, and its share of 4·16·length² in attention; a text: 2·16·2 in the classifier.
        double text = 24 * 256 * 7 + 4 * 16 * (16 + 100) / 2.0 + 64;
        assertThat(classify.flopsPerStep()).isCloseTo(3 * 2 * text, within(1e-6));
        assertThat(classify.settings()).containsEntry("mean length of a batch", "7");
    }

    @Test
    void textsAreCutToTheLongestAndEvaluatedOnInOrder() {
        assertThat(classify.train().batches()).isEqualTo(2);
        assertThat(LongestOfBatch.lengths(classify.validation())).containsExactly(4, 10);
    }

    @Test
    void theLossOfBothSidesOfVisionStartsTheSameAndFalls() {
        startsTheSameAndFalls(vision);
    }

    @Test
    void theLossOfBothSidesOfClassifyStartsTheSameAndFalls() {
        startsTheSameAndFalls(classify);
    }

    private static void startsTheSameAndFalls(Workload workload) {
        try (Arm plain = Arm.plain(workload, Device.cpu());
                Arm with = Arm.with(workload, Device.cpu(), workload.recipe())) {
            double first = plain.step();
            assertThat(with.step()).isBetween(first - 0.05, first + 0.05);
            for (int i = 0; i < 30; i++) {
                plain.step();
                with.step();
            }
            assertThat(plain.step()).isLessThan(first);
            assertThat(with.step()).isLessThan(first);
        }
    }

    @Test
    void learningRatesAreThoseThatTheSearchesFound() {
        Path tuning = Project.root().resolve("notebooks/results/tuning");
        assertThat(TuningRecord.read(tuning.resolve("language.json")).best()).isEqualTo(language.learningRate());
        assertThat(TuningRecord.read(tuning.resolve("vision.json")).best()).isEqualTo(vision.learningRate());
        assertThat(TuningRecord.read(tuning.resolve("classify.json")).best()).isEqualTo(classify.learningRate());
    }

    @Test
    void inputsHaveTheShapeOfABatch() {
        assertThat(language.input()).isEqualTo(new Shape(4, 3));
        assertThat(vision.input()).isEqualTo(new Shape(2, 3, 32, 32));
        assertThat(classify.input()).isEqualTo(new Shape(2, 10));
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
