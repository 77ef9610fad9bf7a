/**
 * Functions that DJL's PyTorch engine lacks, called in the libtorch that DJL has loaded: autocast, gradients of casts,
 * fused kernels, memory formats, checkpointing, and workarounds for oneDNN's faults. No other package calls libtorch.
 */
@NullMarked
package org.vivace.torch;

import org.jspecify.annotations.NullMarked;
