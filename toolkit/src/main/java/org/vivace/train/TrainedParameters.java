package org.vivace.train;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.vivace.torch.Gradients;
import org.vivace.torch.TensorList;

/** The parameters that a run trains, found once, and those of them that have gradients, listed once for libtorch. */
final class TrainedParameters implements AutoCloseable {

    private final Model model;
    private List<NamedParameter> all;
    private TensorList reached;

    TrainedParameters(Model model) {
        this.model = model;
    }

    List<NamedParameter> all() {
        if (all == null) {
            List<NamedParameter> found = new ArrayList<>();
            Set<Parameter> seen = Collections.newSetFromMap(new IdentityHashMap<>());
            for (Pair<String, Parameter> pair : model.getBlock().getParameters()) {
                if (pair.getValue().requiresGradient() && seen.add(pair.getValue())) {
                    if (!pair.getValue().isInitialized()) {
                        throw new IllegalStateException("expected the model's weights to exist, but " + pair.getKey()
                                + " has none: initialise the trainer before the first step");
                    }
                    found.add(new NamedParameter(pair.getKey(), pair.getValue()));
                }
            }
            all = List.copyOf(found);
        }
        return all;
    }

    TensorList withGradients() {
        if (reached == null || reached.size() < all().size()) {
            List<NDArray> now = all().stream()
                    .map(NamedParameter::array)
                    .filter(Gradients::exists)
                    .toList();
            if (reached == null || now.size() != reached.size()) {
                close();
                reached = TensorList.of(now);
            }
        }
        return reached;
    }

    @Override
    public void close() {
        if (reached != null) {
            reached.close();
        }
    }
}
