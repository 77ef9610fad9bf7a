package org.vivace.torch;

import ai.djl.ndarray.NDArray;

/** The memory order of a (batch, channels, height, width) array. Shapes and values do not change. */
public enum MemoryFormat {
    /** Images as planes, one channel after the other: DJL's default. */
    CONTIGUOUS(0),
    /** All channels of a pixel side by side, which convolution kernels on the CPU and tensor cores prefer. */
    CHANNELS_LAST(2);

    private static final Script SCRIPT = Script.of("MemoryFormat", """
            def convert(self, x: Tensor, format: int) -> Tensor:
              return torch.contiguous(x, memory_format=format)
            def convert_inplace(self, x: Tensor, format: int) -> int:
              torch.set_data(x, torch.contiguous(torch.detach(x), memory_format=format))
              return 0
            def convert_gradient(self, x: Tensor, format: int) -> int:
              grad = x.grad
              torch.set_data(grad, torch.contiguous(grad, memory_format=format))
              return 0
            def is_contiguous(self, x: Tensor, format: int) -> int:
              if torch.is_contiguous(x, memory_format=format):
                r = 1
              else:
                r = 0
              return r
            """);

    private final int code;

    MemoryFormat(int code) {
        this.code = code;
    }

    /** libtorch's {@code MemoryFormat}. */
    public int code() {
        return code;
    }

    /**
     * Lays an array out in this format; gradients flow through.
     *
     * @param array shape (batch, channels, height, width)
     * @return a new array on the same manager
     */
    public NDArray of(NDArray array) {
        requireImages(array);
        return SCRIPT.tensor("convert", array, code);
    }

    /**
     * Changes a parameter's layout behind its handle, so that all holders of the array see the new layout. Its
     * gradient, if any, changes too: optimizers that read memory in order need both alike.
     *
     * @param array shape (out, in, height, width), a leaf
     */
    public void applyTo(NDArray array) {
        requireImages(array);
        try (GradMode scope = GradMode.off()) {
            SCRIPT.number("convert_inplace", array, code);
        }
        if (Gradients.exists(array)) {
            // DJL does not return the gradient of a parameter that has been frozen since.
            try (GradMode scope = GradMode.off()) {
                SCRIPT.number("convert_gradient", array, code);
            }
        }
    }

    /** Whether the array already has this format. */
    public boolean holds(NDArray array) {
        requireImages(array);
        return SCRIPT.number("is_contiguous", array, code) == 1;
    }

    private static void requireImages(NDArray array) {
        Shapes.requireRank("memory format", "the array", array, 4, "(batch, channels, height, width)");
    }
}
