package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.vivace.methods.ProgressiveResizing.Mode;
import org.vivace.torch.MemoryFormat;
import org.vivace.train.Catalogue;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Sample;

class ProgressiveResizingTest {

    @AutoClose
    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");

    @Test
    void staysThenGrowsThenStays() {
        ProgressiveResizing method = new ProgressiveResizing();
        assertThat(method.scaleAt(0)).isEqualTo(0.5);
        assertThat(method.scaleAt(0.5)).isEqualTo(0.5);
        assertThat(method.scaleAt(0.65)).isCloseTo(0.75, within(1e-12)); // half-way from 0.5 to 0.8
        assertThat(method.scaleAt(0.7999)).isLessThan(1);
        assertThat(method.scaleAt(0.8)).isEqualTo(1);
        assertThat(method.scaleAt(1)).isEqualTo(1);
    }

    @Test
    void sidesAreTheNearestMultiples() {
        ProgressiveResizing method = new ProgressiveResizing();
        assertThat(method.sideAt(0, 32)).isEqualTo(16);
        assertThat(method.sideAt(0.55, 32)).isEqualTo(20); // 18.7
        assertThat(method.sideAt(0.65, 32)).isEqualTo(24);
        assertThat(method.sideAt(0.75, 32)).isEqualTo(28); // 29.3
        assertThat(method.sideAt(0.8, 32)).isEqualTo(32);
        assertThat(method.sideAt(0.79, 31)).isEqualTo(31); // 30.5, and 32 would be more than there is
        assertThat(method.sideAt(0.8, 31)).isEqualTo(31);
        assertThat(new ProgressiveResizing(0.05, 0.5, 0.2).sideAt(0, 32)).isEqualTo(4); // 1.6
    }

    @Test
    void withoutATimeToGrowTheSizeJumps() {
        ProgressiveResizing method = new ProgressiveResizing(0.5, 0.75, 0.25);
        assertThat(method.scaleAt(0.7499)).isEqualTo(0.5);
        assertThat(method.scaleAt(0.75)).isEqualTo(1);
        assertThat(new ProgressiveResizing(0.5, 0, 0).scaleAt(0.5)).isEqualTo(0.75);
        assertThat(new ProgressiveResizing(0.5, 0, 1).scaleAt(0)).isEqualTo(1);
        assertThat(new ProgressiveResizing(0.5, 1, 0).scaleAt(0.9999)).isEqualTo(0.5);
    }

    @Test
    void neverShrinksAgainNorLeavesItsBounds() {
        Random random = new Random(1);
        for (int trial = 0; trial < 2000; trial++) {
            int increment = 1 + random.nextInt(16);
            long whole = increment + (long) random.nextInt(300);
            double delay = random.nextInt(101) / 100.0;
            double finetune = random.nextInt(101 - (int) Math.round(100 * delay)) / 100.0;
            double scale = (1 + random.nextInt(100)) / 100.0;
            ProgressiveResizing method = new ProgressiveResizing(scale, delay, finetune, increment, Mode.RESIZE);
            String what = method.label() + " to " + whole;
            long before = 0;
            for (int step = 0; step <= 50; step++) {
                long side = method.sideAt(step / 50.0, whole);
                assertThat(side).as(what).isGreaterThanOrEqualTo(before).isBetween(1L, whole);
                assertThat(side % increment == 0 || side == whole).as(what).isTrue();
                before = side;
            }
            assertThat(before).as(what).isEqualTo(whole);
        }
    }

    /** To half the size, pixels weigh 3, 3, 1 at one border and 1, 3, 3 at the other, over 7. */
    @Test
    void resizesImagesAndNothingElse() {
        NDArray rows = manager.create(new float[] {7, 0, 7, 14}, new Shape(1, 1, 4, 1)); // to 4 and 9
        NDArray columns = manager.create(new float[] {7, 7, 0, 7}, new Shape(1, 1, 1, 4)); // to 6 and 4
        NDArray images = rows.mul(columns);
        images.setName("images");
        NDArray table = manager.ones(new Shape(1, 4));
        NDArray mask = manager.ones(new Shape(1, 1, 2, 2));
        NDArray labels = manager.ones(new Shape(1, 1, 4, 4));
        Sample small =
                ProgressiveResizing.resize(new Sample(new NDList(images, table, mask), new NDList(labels)), 2, 2);
        float[] values = small.data().head().toFloatArray();
        assertThat(values).hasSize(4);
        for (int i = 0; i < 4; i++) {
            assertThat(values[i]).isCloseTo(new float[] {24, 16, 54, 36}[i], within(1e-4f));
        }
        assertThat(small.data().head().getShape()).isEqualTo(new Shape(1, 1, 2, 2));
        assertThat(small.data().head().getName()).isEqualTo("images");
        assertThat(small.data().head().getManager()).isSameAs(manager);
        assertThat(small.data().get(1)).isSameAs(table);
        assertThat(small.data().get(2)).isSameAs(mask);
        assertThat(small.labels().head()).isSameAs(labels);
    }

    @Test
    void cropsTheSamePlaceOfEachImage() {
        NDArray images = manager.arange(2f * 3 * 4).reshape(2, 1, 3, 4);
        Sample part = ProgressiveResizing.crop(new Sample(new NDList(images), new NDList()), 1, 2, 2, 2);
        assertThat(part.data().head().toFloatArray()).containsExactly(6, 7, 10, 11, 18, 19, 22, 23);
    }

    @Test
    void keepsTheLayout() {
        NDArray planes = manager.arange(2f * 3 * 8 * 8).reshape(2, 3, 8, 8);
        for (MemoryFormat format : MemoryFormat.values()) {
            Sample sample = new Sample(new NDList(format.of(planes)), new NDList());
            NDArray small = ProgressiveResizing.resize(sample, 4, 4).data().head();
            NDArray part = ProgressiveResizing.crop(sample, 1, 3, 4, 4).data().head();
            for (MemoryFormat each : MemoryFormat.values()) {
                assertThat(each.holds(small)).isEqualTo(each == format);
                assertThat(each.holds(part)).isEqualTo(each == format);
            }
        }
    }

    @Test
    void kernelsLeaveNothingBehindButTheirResults() {
        NDArray images = manager.ones(new Shape(2, 3, 8, 8));
        int before = manager.getManagedArrays().size();
        Sample sample = new Sample(new NDList(images), new NDList());
        ProgressiveResizing.resize(sample, 4, 4).data().close();
        ProgressiveResizing.crop(sample, 0, 0, 4, 4).data().close();
        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    @Test
    void refusesWhatIsNoImage() {
        Sample words = new Sample(new NDList(manager.zeros(new Shape(2, 16))), new NDList());
        String found = "ProgressiveResizing found no images: expected data of shape (batch, channels, height, width),"
                + " got ";
        assertThatThrownBy(() -> ProgressiveResizing.resize(words, 2, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(found + "(2, 16): drop the method or give it images");
        assertThatThrownBy(() -> ProgressiveResizing.crop(words, 0, 0, 2, 2))
                .hasMessage(found + "(2, 16): drop the method or give it images");
        assertThatThrownBy(() -> ProgressiveResizing.resize(new Sample(new NDList(), new NDList()), 1, 1))
                .hasMessage(found + "none: drop the method or give it images");
    }

    @Test
    void refusesSettingsOutOfRange() {
        String scale = "ProgressiveResizing: expected an initial scale in (0, 1], got ";
        assertThatThrownBy(() -> new ProgressiveResizing(0, 0.5, 0.2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(scale + "0.0");
        assertThatThrownBy(() -> new ProgressiveResizing(1.1, 0.5, 0.2)).hasMessage(scale + "1.1");
        assertThatThrownBy(() -> new ProgressiveResizing(Double.NaN, 0.5, 0.2)).hasMessage(scale + "NaN");
        assertThatThrownBy(() -> new ProgressiveResizing(0.5, -0.1, 0.2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ProgressiveResizing: expected delay to be a share of the run in [0, 1], got -0.1");
        assertThatThrownBy(() -> new ProgressiveResizing(0.5, 0.5, 1.2))
                .hasMessage("ProgressiveResizing: expected finetune to be a share of the run in [0, 1], got 1.2");
        assertThatThrownBy(() -> new ProgressiveResizing(0.5, 0.7, 0.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ProgressiveResizing: expected delay and finetune to be at most 1 of the run together, got"
                        + " 0.7 and 0.5: shorten one of them");
        assertThatThrownBy(() -> new ProgressiveResizing(0.5, 0.5, 0.2, 0, Mode.CROP))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ProgressiveResizing: expected a size increment of at least 1, got 0");
    }

    @Test
    void labelsCanBeReadBack() {
        assertThat(new ProgressiveResizing().label()).isEqualTo("ProgressiveResizing(0.5, 0.5, 0.2)");
        assertThat(new ProgressiveResizing(0.25, 0.3, 0.1, 8, Mode.CROP).label())
                .isEqualTo("ProgressiveResizing(0.25, 0.3, 0.1, crop, increment 8)");
        EfficiencyMethod crop = new ProgressiveResizing(0.25, 0.3, 0.1, 4, Mode.CROP);
        assertThat(Catalogue.parse(crop.label())).containsExactly(crop);
        assertThat(Catalogue.parse("ProgressiveResizing")).containsExactly(new ProgressiveResizing());
        assertThat(Catalogue.parse("ProgressiveResizing(0.5,0.5,0.2)")).containsExactly(new ProgressiveResizing());
        assertThatThrownBy(() -> Catalogue.parse("ProgressiveResizing(0.5,0.5,0.2,shrink)"))
                .hasMessage("ProgressiveResizing: expected resize or crop, got 'shrink': 'vivace methods' lists the"
                        + " arguments");
    }
}
