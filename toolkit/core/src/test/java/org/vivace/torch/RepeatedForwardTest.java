package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The second forward pass of a part on a tape: dropout and autocast are those of the first. */
class RepeatedForwardTest extends TorchTest {

    private final CheckpointTape tape = new CheckpointTape();
    private GradMode recorded;

    @BeforeEach
    void record() {
        recorded = GradMode.on();
    }

    @AfterEach
    void stop() {
        recorded.close();
    }

    @Test
    void dropoutFallsTheSameWayBothTimes() {
        NDArray ones = manager.ones(new Shape(1000));
        NDArray weight = leaf(2);
        NDArray dropped = tape.run(
                        list -> new NDList(list.head()
                                .mul(weight)
                                .getNDArrayInternal()
                                .dropout(list.head().mul(weight), 0.5f, true)
                                .head()),
                        new NDList(ones),
                        5)
                .head();
        float kept = dropped.sum().getFloat() / 2;
        Seeds.set(99);
        Autograd.backward(dropped.sum(), false);

        assertThat(floats(weight.getGradient())[0]).isEqualTo(kept).isBetween(900f, 1100f);
    }

    @Test
    void dropoutFallsTheSameWayWithinAPartWithinAPart() {
        NDArray ones = manager.ones(new Shape(500));
        NDArray inner = leaf(2);
        NDArray outer = leaf(3);
        UnaryOperator<NDList> drop =
                list -> list.head().getNDArrayInternal().dropout(list.head().mul(inner), 0.5f, true);
        NDArray dropped = tape.run(
                        list -> {
                            NDArray first = tape.run(drop, list, 1).head();
                            NDArray second =
                                    tape.run(drop, new NDList(first), 2).head();
                            return second.getNDArrayInternal().dropout(second.mul(outer), 0.5f, true);
                        },
                        new NDList(ones),
                        5)
                .head();
        float value = dropped.sum().getFloat();
        Autograd.backward(dropped.sum(), false);

        // The value is homogeneous in both weights, of degrees two and one.
        assertThat(floats(inner.getGradient())[0] * 2).isCloseTo(2 * value, within(value * 1e-6f));
        assertThat(floats(outer.getGradient())[0] * 3).isCloseTo(value, within(value * 1e-6f));
        assertThat(value).isPositive();
    }

    @Test
    void dropoutIsThatOfTheSeed() {
        UnaryOperator<NDList> drop = list -> list.head().getNDArrayInternal().dropout(list.head(), 0.5f, true);
        NDArray ones = manager.ones(new Shape(200));
        NDArray first = tape.run(drop, new NDList(ones), 5).head();

        assertThat(tape.run(drop, new NDList(ones), 5).head()).isEqualTo(first);
        assertThat(tape.run(drop, new NDList(ones), 6).head()).isNotEqualTo(first);
    }

    @Test
    void theSecondTimeIsInTheAutocastOfTheFirst() {
        NDArray wide = manager.randomNormal(new Shape(8, 8));
        NDArray weight = manager.randomNormal(new Shape(8, 8));
        weight.setRequiresGradient(true);
        UnaryOperator<NDList> product = list -> new NDList(list.head().matMul(weight));

        NDArray loss;
        try (Autocast scope = Autocast.enter(wide.getDevice(), Precision.BFLOAT16)) {
            NDArray low = tape.run(product, new NDList(wide), 1).head();
            assertThat(Precision.of(low)).isEqualTo(Precision.BFLOAT16);
            loss = Cast.to(low, Precision.FLOAT32).square().sum();
        }
        Autograd.backward(loss, false);
        float[] onTape = floats(weight.getGradient());
        weight.getGradient().subi(weight.getGradient());
        try (Autocast scope = Autocast.enter(wide.getDevice(), Precision.BFLOAT16)) {
            NDArray low = product.apply(new NDList(wide)).head();
            loss = Cast.to(low, Precision.FLOAT32).square().sum();
        }
        Autograd.backward(loss, false);

        assertThat(onTape).containsExactly(floats(weight.getGradient()));
    }
}
