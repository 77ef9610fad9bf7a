package org.vivace.torch;

import ai.djl.ndarray.NDArray;

/**
 * Copies values into an existing array. DJL's {@code copyTo} gives the target other memory instead, and with it another
 * layout.
 */
public final class Copy {

    private static final Script SCRIPT = Script.of("Copy", """
            def copy(self, target: Tensor, source: Tensor) -> int:
              torch.copy_(target, source)
              return 0
            """);

    private Copy() {}

    /**
     * Copies values outside autograd, between any layouts; the target keeps its memory.
     *
     * @param source the target's shape, of any type and on any device
     */
    public static void into(NDArray target, NDArray source) {
        Shapes.requireSame("copy", "the source", source, target.getShape());
        SCRIPT.update("copy", target, source);
    }
}
