package org.vivace.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vivace.torch.Copy;

/**
 * The parameters of one training pass on another device: copies through which a backward pass adds to the gradients of
 * the originals. So gradients, optimizer and the methods' state exist once, on the run's own device, and a copy is never
 * out of date. What a block writes into a copy, such as running statistics, is lost with it.
 */
final class CopiedParameters extends ParameterStore {

    private final Map<Parameter, NDArray> copies = new IdentityHashMap<>();

    /**
     * @param parameters all that the model's blocks may ask for
     * @param owner of the copies
     */
    CopiedParameters(List<NamedParameter> parameters, Device device, NDManager owner) {
        super(owner, false);
        NDList made =
                Copy.toDevice(parameters.stream().map(NamedParameter::array).toList(), device, owner);
        for (int i = 0; i < made.size(); i++) {
            copies.put(parameters.get(i).parameter(), made.get(i));
        }
    }

    @Override
    public @Nullable NDArray getValue(@Nullable Parameter parameter, Device device, boolean training) {
        if (parameter == null) { // a block's optional one, such as a bias
            return null;
        }
        NDArray copy = copies.get(parameter);
        if (copy == null) {
            throw new IllegalArgumentException("expected " + parameter.getName()
                    + " among the model's parameters, found it in a block only: add it with addParameter");
        }
        return copy;
    }
}
