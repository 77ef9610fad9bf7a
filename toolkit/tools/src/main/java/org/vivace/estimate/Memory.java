package org.vivace.estimate;

/**
 * The memory of a pass, in bytes, without the process itself.
 *
 * @param weights of all parameters, running statistics included
 * @param gradients of the trained parameters; 0 for inference
 * @param optimizerState kept between steps
 * @param batch the inputs and labels
 * @param saved activations that autograd keeps from the forward to the backward pass, each once
 * @param kept activations that open NDArrays keep until the batch closes, whether autograd needs them or not
 * @param kernels machine code that libtorch compiles for the convolutions of each shape and caches; see
 *     {@link CompiledKernels}
 * @param peak the maximum held at one moment
 */
public record Memory(
        long weights, long gradients, long optimizerState, long batch, long saved, long kept, long kernels, long peak) {

    /** Held between two steps. */
    public long resident() {
        return weights + gradients + optimizerState;
    }

    /** The memory that the pass itself allocates, including the batch and the kernels; all but the kernels is freed. */
    public long activations() {
        return peak - resident();
    }
}
