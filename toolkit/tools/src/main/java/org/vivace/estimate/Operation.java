package org.vivace.estimate;

import org.vivace.torch.MemoryFormat;
import org.vivace.torch.Precision;

/**
 * One operation of a pass and its cost.
 *
 * @param kind kind of operation
 * @param name DJL's method
 * @param path of the block it belongs to: child names joined by slashes, empty for the root
 * @param key the same for operations of the same cost: method, shapes, types, settings
 * @param precision that its products are computed in
 * @param layout of the images that it reads
 * @param forwardFlops of its multiply-adds, two for each; 0 for all but matrix products, convolutions and recurrent
 *     layers
 * @param backwardFlops the same, of the gradients of both factors if they need one; 0 if no backward pass runs
 * @param forwardBytes read and written
 * @param backwardBytes read and written
 * @param castBytes read and written in addition to cast operands to that precision, and as many again for their
 *     gradients; weights are cast once for all operations
 * @param backward whether the backward pass goes through it
 * @param savedBytes that autograd keeps from the forward to the backward pass, shared memory counted at each holder
 * @param keptBytes of its results that an open NDArray keeps until the batch closes
 * @param parameters trained values it reads
 */
public record Operation(
        OperationKind kind,
        String name,
        String path,
        String key,
        Precision precision,
        MemoryFormat layout,
        double forwardFlops,
        double backwardFlops,
        long forwardBytes,
        long backwardBytes,
        long castBytes,
        boolean backward,
        long savedBytes,
        long keptBytes,
        long parameters) {}
