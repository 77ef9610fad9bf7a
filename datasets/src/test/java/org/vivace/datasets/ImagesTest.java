package org.vivace.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ImagesTest {
    @RegisterExtension
    final BatchReader reader = new BatchReader();

    @Test
    void pixelsAreScaledAndNormalized() {
        Images images = Images.of(new byte[] {0, 51, (byte) 204, (byte) 255}, new Shape(1, 1, 2, 2), new int[] {2}, 3)
                .normalized(0.2, 0.5);

        try (Batch batch = images.getData(reader.manager).iterator().next()) {
            assertThat(batch.getData().head().getShape()).isEqualTo(new Shape(1, 1, 2, 2));
            assertThat(batch.getData().head().getDataType()).isEqualTo(DataType.FLOAT32);
            assertThat(batch.getLabels().head().getShape()).isEqualTo(new Shape(1));
            assertThat(batch.getLabels().head().getDataType()).isEqualTo(DataType.INT64);
            assertThat(batch.getLabels().head().toLongArray()).containsExactly(2);
            // (0, 0.2, 0.8, 1 - 0.2) / 0.5
            assertThat(batch.getData().head().toFloatArray())
                    .containsExactly(new float[] {-0.4f, 0.0f, 1.2f, 1.6f}, within(1e-6f));
        }
    }

    @Test
    void eachChannelHasItsOwnMeanAndDeviation() {
        Images images = Images.of(new byte[] {51, 102}, new Shape(1, 2, 1, 1), new int[] {0}, 1)
                .normalized(List.of(0.2, 0.0), List.of(1.0, 2.0));

        assertThat(values(images)).containsExactly(0.0f, 0.2f);
    }

    @Test
    void aBorderIsBlackAndNormalizedLikeTheRest() {
        Images images = Images.of(new byte[] {(byte) 255}, new Shape(1, 1, 1, 1), new int[] {0}, 1)
                .padded(1)
                .normalized(0.5, 0.5);

        assertThat(images.shape()).isEqualTo(new Shape(1, 3, 3));
        assertThat(values(images)).containsExactly(-1f, -1f, -1f, -1f, 1f, -1f, -1f, -1f, -1f);
    }

    @Test
    void rgbRepeatsTheGreyChannel() {
        Images images = Images.of(new byte[] {0, (byte) 255, (byte) 255, 0}, new Shape(2, 1, 1, 2), new int[] {0, 0}, 1)
                .inOrder()
                .rgb();

        assertThat(images.shape()).isEqualTo(new Shape(3, 1, 2));
        assertThat(values(images)).containsExactly(0f, 1f, 0f, 1f, 0f, 1f, 1f, 0f, 1f, 0f, 1f, 0f);
    }

    @Test
    void imagesInOrderAreAllServed() {
        Images images = numbered(10).batch(4).inOrder();

        assertThat(images.batches()).isEqualTo(3);
        assertThat(reader.labels(images, 0)).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        assertThat(reader.labels(images, 2)).containsExactly(8L, 9L);
    }

    @Test
    void shuffledImagesComeInFullBatchesEachAtMostOnce() {
        Images images = numbered(10).batch(4);
        Engine.getInstance().setRandomSeed(5);
        List<Long> first = reader.labels(images, 0);
        List<Long> second = reader.labels(images, 0);

        assertThat(images.batches()).isEqualTo(2);
        assertThat(first).hasSize(8).doesNotHaveDuplicates().isNotEqualTo(second);
        assertThat(reader.labels(numbered(10).batch(5), 0))
                .containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        assertThat(reader.labels(numbered(3).batch(5), 0)).containsExactlyInAnyOrder(0L, 1L, 2L);
    }

    @Test
    void pixelsAndLabelsStayTogether() {
        Images images = numbered(100).batch(10);

        for (Batch batch : images.getData(reader.manager)) {
            float[] pixels = batch.getData().head().toFloatArray();
            long[] labels = batch.getLabels().head().toLongArray();
            for (int i = 0; i < labels.length; i++) {
                assertThat(Math.round(pixels[i] * 255)).isEqualTo((int) labels[i]);
            }
            batch.close();
        }
    }

    @Test
    void theSeedDecidesTheOrderAndFromIsTheTail() {
        reader.assertResumable(numbered(100).batch(7));
    }

    @Test
    void takeKeepsTheFirst() {
        assertThat(reader.labels(numbered(100).take(3).inOrder(), 0)).containsExactly(0L, 1L, 2L);
        assertThat(numbered(3).take(9).size()).isEqualTo(3);
    }

    @Test
    void aLabelOutOfRangeIsNamed() {
        assertThatThrownBy(() -> Images.of(new byte[3], new Shape(3, 1, 1, 1), new int[] {0, 9, 10}, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("labels must be 0 to 9 (10 classes), got 10 at index 2:"
                        + " correct the label or the number of classes");
        assertThatThrownBy(() -> Images.of(new byte[1], new Shape(1, 1, 1, 1), new int[] {-1}, 2))
                .hasMessageContaining("got -1 at index 0");
    }

    @Test
    void sizesThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> Images.of(new byte[3], new Shape(1, 1, 2, 2), new int[] {0}, 1))
                .hasMessage(
                        "pixels must fill a shape of (images, channels, height, width), got 3 bytes for (1, 1, 2, 2):"
                                + " give a byte for each pixel");
        assertThatThrownBy(() -> Images.of(new byte[4], new Shape(2, 2), new int[] {0}, 1))
                .hasMessageContaining("4 bytes for (2, 2)");
        assertThatThrownBy(() -> Images.of(new byte[4], new Shape(1, 1, 2, 2), new int[] {0, 0}, 1))
                .hasMessage("labels must be one for each of the 1 images, got 2: give as many labels as images");
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        Images images = numbered(1);

        assertThatThrownBy(() -> images.batch(0)).hasMessage("batch must be at least 1, got 0: give a positive number");
        assertThatThrownBy(() -> images.take(0)).hasMessage("images must be at least 1, got 0: give a positive number");
        assertThatThrownBy(() -> images.padded(-1))
                .hasMessage("border must be at least 0 pixels, got -1: give 0 or more");
        assertThatThrownBy(() -> images.normalized(0.5, 0.0))
                .hasMessage("deviation must be positive and finite, got 0.0: give that of the pixels divided by 255");
        assertThatThrownBy(() -> images.normalized(List.of(0.5, 0.5), List.of(1.0)))
                .hasMessage(
                        "mean and deviation must have one value, or one for each channel (1), got 2: give that many");
        assertThatThrownBy(() -> Images.of(new byte[2], new Shape(1, 2, 1, 1), new int[1], 1)
                        .rgb())
                .hasMessage("rgb() repeats the one channel of grey images, got 2 channels: omit it");
    }

    /** One pixel an image, its value and its label the image's number. */
    private static Images numbered(int count) {
        byte[] pixels = new byte[count];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            pixels[i] = (byte) i;
            labels[i] = i;
        }
        return Images.of(pixels, new Shape(count, 1, 1, 1), labels, count);
    }

    private float[] values(Images images) {
        try (Batch batch = images.getData(reader.manager).iterator().next()) {
            return batch.getData().head().toFloatArray();
        }
    }
}
