package org.vivace.estimate;

/**
 * What a pass needs, in bytes, beside the process itself.
 *
 * @param weights of all parameters, running statistics included
 * @param gradients of the trained parameters; 0 for inference
 * @param optimizerState kept between steps
 * @param batch the inputs and labels
 * @param saved activations that autograd keeps from the forward to the backward pass, each once
 * @param kept activations that open NDArrays keep until the batch closes, whether autograd needs them or not
 * @param kernels machine code that libtorch makes for the convolutions of each shape and keeps; see
 *     {@link CompiledKernels}
 * @param peak the most that is held at one moment
 */
public record Memory(
        long weights, long gradients, long optimizerState, long batch, long saved, long kept, long kernels, long peak) {

    /** Held between two steps. */
    public long resident() {
        return weights + gradients + optimizerState;
    }

    /** What the pass itself takes, the batch included, and all but the kernels gives back. */
    public long activations() {
        return peak - resident();
    }
}
