package org.vivace.notebooks;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.vivace.datasets.ByteText;
import org.vivace.datasets.Glyphs;
import org.vivace.datasets.Images;
import org.vivace.models.Gpt;
import org.vivace.models.ResNet9;
import org.vivace.train.Recipe;

class WorkloadTest {

    private final Language language =
            new Language(new Gpt.Settings(5, 2, 1, 1, 3, 0), 4, ByteText.of("\0\1\2\3\4".repeat(40)), "five bytes", 8);
    private final Images images = Glyphs.of(20, 1).rgb();
    private final Vision vision = new Vision(new ResNet9.Settings(4, 10, 3), 2, images, images, "glyphs");

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
    void theLossOfBothSidesStartsTheSameAndFalls() {
        try (Arm plain = Arm.plain(vision, Device.cpu());
                Arm with = Arm.with(vision, Device.cpu(), vision.recipe())) {
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
    void inputsHaveTheShapeOfABatch() {
        assertThat(language.input()).isEqualTo(new Shape(4, 3));
        assertThat(vision.input()).isEqualTo(new Shape(2, 3, 32, 32));
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
    }
}
