package org.vivace.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.vivace.datasets.Augmentation.Placement;

class AugmentationTest {
    @RegisterExtension
    final BatchReader reader = new BatchReader();

    @Test
    void mirroringTurnsEachRowOfEachChannelRound() {
        assertThat(written(view(), new Placement(true, 0, 0)))
                .containsExactly(3, 2, 1, 6, 5, 4, 13, 12, 11, 16, 15, 14);
    }

    @Test
    void movingLeavesBlackBehindAndCutsOffWhatGoesOut() {
        assertThat(written(view(), new Placement(false, 1, 0))).containsExactly(0, 1, 2, 0, 4, 5, 0, 11, 12, 0, 14, 15);
        assertThat(written(view(), new Placement(false, -2, 1))).containsExactly(0, 0, 0, 3, 0, 0, 0, 0, 0, 13, 0, 0);
        assertThat(written(view(), new Placement(false, 0, -1))).containsExactly(4, 5, 6, 0, 0, 0, 14, 15, 16, 0, 0, 0);
    }

    @Test
    void mirroringComesBeforeMoving() {
        assertThat(written(view(), new Placement(true, 1, 0))).containsExactly(0, 3, 2, 0, 6, 5, 0, 13, 12, 0, 16, 15);
        assertThat(written(view(), new Placement(true, -1, 0))).containsExactly(2, 1, 0, 5, 4, 0, 12, 11, 0, 15, 14, 0);
    }

    @Test
    void aBorderMovesWithTheImage() {
        PixelView padded = PixelView.of(new Pixels(new byte[] {1, 2}, new Shape(1, 1, 1, 2), new int[1], 1))
                .padded(1);

        assertThat(written(padded, Placement.AS_IT_IS)).containsExactly(0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0);
        assertThat(written(padded, new Placement(true, 1, -1))).containsExactly(0, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(written(padded, new Placement(false, -2, 1))).containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0);
    }

    @Test
    void whatComesInAtTheEdgeIsNormalizedBlack() {
        Images images = one(255, 255, 255, 255).normalized(0.5, 0.5).shifted(1).inOrder();

        for (int epoch = 0; epoch < 20; epoch++) {
            assertThat(values(images, 0).get(0)).containsAnyOf(1f, -1f).doesNotContain(0f);
        }
    }

    @Test
    void halfOfTheImagesAreMirrored() {
        int images = 20_000;
        byte[] pixels = new byte[2 * images];
        for (int i = 0; i < images; i++) {
            pixels[2 * i] = 51;
        }
        Images flipped = Images.of(pixels, new Shape(images, 1, 1, 2), new int[images], 1)
                .flipped()
                .batch(images)
                .inOrder();
        Engine.getInstance().setRandomSeed(3);
        List<float[]> first = values(flipped, 0);
        List<float[]> second = values(flipped, 0);

        long mirrored = first.stream().filter(image -> image[1] > 0).count();
        long changed = 0;
        for (int i = 0; i < images; i++) {
            changed += first.get(i)[0] == second.get(i)[0] ? 0 : 1;
        }
        // Five standard deviations of a fair coin, sqrt(20000) / 2 = 71.
        assertThat((double) mirrored).isCloseTo(images / 2.0, within(354.0));
        assertThat((double) changed).isCloseTo(images / 2.0, within(354.0));
    }

    @Test
    void everyShiftEachWayIsAsLikelyAsAnyOther() {
        Augmentation two = new Augmentation(true, 2);
        Map<Placement, Integer> seen = new HashMap<>();
        for (int image = 0; image < 50_000; image++) {
            seen.merge(two.place(77, image), 1, Integer::sum);
        }

        // 2 x 5 x 5 placements, 1000 each; five standard deviations are 157.
        assertThat(seen).hasSize(50);
        assertThat(seen.values()).allMatch(count -> Math.abs(count - 1000) < 157);
        Map<Integer, Integer> rightwards = new TreeMap<>();
        seen.forEach((placement, count) -> rightwards.merge(placement.right(), count, Integer::sum));
        assertThat(rightwards.keySet()).containsExactly(-2, -1, 0, 1, 2);
    }

    @Test
    void theSeedDecidesTheEpochAndFromIsItsTail() {
        int count = 200;
        byte[] pixels = new byte[count * 25];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 31 + i / 25);
        }
        Images images = Images.of(pixels, new Shape(count, 1, 5, 5), new int[count], 1)
                .flipped()
                .shifted(2)
                .batch(8);
        Engine.getInstance().setRandomSeed(5);
        List<float[]> whole = values(images, 0);
        List<float[]> next = values(images, 0);
        Engine.getInstance().setRandomSeed(5);
        List<float[]> tail = values(images, 20);

        assertThat(whole).hasSize(200);
        assertThat(tail).usingRecursiveComparison().isEqualTo(whole.subList(160, 200));
        assertThat(next.get(0)).isNotEqualTo(whole.get(0));
    }

    @Test
    void withoutAugmentationTheOrderOfAnEpochIsWhatItWas() {
        Images plain = Images.of(new byte[] {0, 51, 102}, new Shape(3, 1, 1, 1), new int[3], 1)
                .batch(3);
        Engine.getInstance().setRandomSeed(9);
        int[] order = Pass.shuffle(3, Pass.newRandom());
        Engine.getInstance().setRandomSeed(9);
        List<float[]> served = values(plain, 0);

        for (int i = 0; i < 3; i++) {
            assertThat(served.get(i)[0]).isCloseTo(order[i] * 0.2f, within(1e-6f));
        }
    }

    @Test
    void shiftsOutOfRangeAreRefused() {
        Images images = one(1, 2, 3, 4);

        assertThatThrownBy(() -> images.shifted(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("shift must be at least 0 pixels, got -1: give 0 or more");
        assertThatThrownBy(() -> images.shifted(2))
                .hasMessage("shift must be at most 1 pixels (an image has 2), got 2: shift by less");
        assertThat(values(images.shifted(0), 0).get(0))
                .isEqualTo(values(images, 0).get(0));
    }

    /** Two channels of two rows: 1 2 3 / 4 5 6 and 11 12 13 / 14 15 16. */
    private static PixelView view() {
        byte[] pixels = {1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16};
        return PixelView.of(new Pixels(pixels, new Shape(1, 2, 2, 3), new int[1], 1));
    }

    private static int[] written(PixelView view, Placement placement) {
        FloatBuffer out = FloatBuffer.allocate((int) view.shape().size());
        view.write(0, placement, view.tables(), out, 0);
        int[] bytes = new int[out.capacity()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = Math.round(out.get(i) * 255);
        }
        return bytes;
    }

    private static Images one(int... pixels) {
        byte[] bytes = new byte[4];
        for (int i = 0; i < 4; i++) {
            bytes[i] = (byte) pixels[i];
        }
        return Images.of(bytes, new Shape(1, 1, 2, 2), new int[1], 1);
    }

    private List<float[]> values(Images images, int firstBatch) {
        int each = (int) images.shape().size();
        List<float[]> served = new ArrayList<>();
        for (Batch batch : images.from(reader.manager, firstBatch)) {
            float[] all = batch.getData().head().toFloatArray();
            for (int at = 0; at < all.length; at += each) {
                served.add(Arrays.copyOfRange(all, at, at + each));
            }
            batch.close();
        }
        return served;
    }
}
