/**
 * What DJL's PyTorch engine lacks, reached in the libtorch that DJL has loaded: autocast, gradients of casts, fused
 * kernels, memory formats, checkpointing, and cures for what oneDNN computes wrongly. No other package knows libtorch.
 */
@NullMarked
package org.vivace.torch;

import org.jspecify.annotations.NullMarked;
