package org.vivace.train;

import ai.djl.ndarray.NDArray;
import ai.djl.training.Trainer;
import java.lang.reflect.Field;
import org.vivace.torch.Gradients;
import org.vivace.torch.TensorList;

/**
 * DJL's trainer refuses its first step if the sum of all gradients is 0, to detect a forgotten backward pass. The
 * gradients of a softmax's logits always sum to 0, so a model whose other layers are frozen may be refused.
 */
final class FirstStep {

    private FirstStep() {}

    /** Turns that check off if some gradient is not 0. */
    static void allow(Trainer trainer, TensorList parameters) {
        if (parameters.size() == 0) {
            return;
        }
        try (NDArray norm = Gradients.norm(parameters)) {
            if (norm.getFloat() > 0) {
                Field checked = Trainer.class.getDeclaredField("gradientsChecked");
                checked.setAccessible(true);
                checked.setBoolean(trainer, true);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "expected DJL's trainer to have a field gradientsChecked: this version of DJL is not supported", e);
        }
    }
}
