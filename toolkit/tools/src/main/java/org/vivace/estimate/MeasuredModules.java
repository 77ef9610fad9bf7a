package org.vivace.estimate;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import org.jspecify.annotations.Nullable;
import org.vivace.torch.ScriptModule;
import org.vivace.train.ForwardCall;
import org.vivace.train.Surgery;

/**
 * A block whose TorchScript modules are replaced by copies until this is closed: they hold their own weights, and a
 * measurement's backward pass must leave no gradient in the model's.
 */
final class MeasuredModules implements AutoCloseable {

    private final Surgery surgery;
    private @Nullable Block copy;

    /** @param manager owns the copies */
    MeasuredModules(Block block, NDManager manager) {
        surgery = Surgery.on(block, "the estimate");
        if (ScriptModule.is(block)) {
            copy = ScriptModule.copy(block, manager);
            return;
        }
        for (Surgery.Place place : surgery.places()) {
            if (ScriptModule.is(place.block())) {
                surgery.replace(place, ScriptModule.copy(place.block(), manager));
            }
        }
    }

    /** The requested pass of the block. */
    RealPass.Body pass(ForwardCall call) {
        return (parameters, inputs, labels) -> copy == null
                ? call.proceed(parameters, inputs, labels)
                : copy.forward(parameters, inputs, call.training());
    }

    @Override
    public void close() {
        surgery.undo();
    }
}
