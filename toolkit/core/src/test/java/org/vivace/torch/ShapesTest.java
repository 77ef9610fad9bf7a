package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

class ShapesTest extends TorchTest {

    @Test
    void aWrongShapeNamesTheOperationTheOperandAndBothShapes() {
        NDArray x = manager.ones(new Shape(2, 3));
        assertThatThrownBy(() -> Shapes.requireRank("blur", "x", x, 4, "(batch, channels, height, width)"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("blur: expected x of shape (batch, channels, height, width), got (2, 3)");
        assertThatThrownBy(() -> Shapes.requireSame("blur", "kernel", x, new Shape(3, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("blur: expected kernel of shape (3, 3), got (2, 3)");
        assertThatThrownBy(() -> Shapes.require(false, "blur", "kernel", "(odd, odd)", x))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("blur: expected kernel of shape (odd, odd), got (2, 3)");
        Shapes.requireRank("blur", "x", x, 2, "(rows, columns)");
        Shapes.requireSame("blur", "x", x, new Shape(2, 3));
        Shapes.require(true, "blur", "x", "(rows, columns)", x);
    }
}
