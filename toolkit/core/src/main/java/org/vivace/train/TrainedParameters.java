package org.vivace.train;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vivace.torch.Finite;
import org.vivace.torch.Gradients;
import org.vivace.torch.TensorList;

/**
 * The parameters that a run trains, as long as their {@code requiresGradient()} says so, and those of them that have
 * gradients, listed for libtorch. Each call reads the flags again and rebuilds its lists only if one has changed;
 * {@link #look} detects added and removed blocks.
 */
final class TrainedParameters implements AutoCloseable {

    private final Model model;
    private List<Parameter> found = List.of();
    private @Nullable List<NamedParameter> every;
    private @Nullable List<NamedParameter> trained;
    private @Nullable List<NamedParameter> listed;
    private @Nullable TensorList reached;

    TrainedParameters(Model model) {
        this.model = model;
    }

    /** Checks whether the model still has the same parameters. */
    void look() {
        List<Parameter> now = new ArrayList<>();
        collect(model.getBlock(), now);
        boolean same = now.size() == found.size();
        for (int i = 0; same && i < now.size(); i++) {
            same = now.get(i) == found.get(i);
        }
        if (!same) {
            found = now;
            every = null;
        }
    }

    private static void collect(Block block, List<Parameter> parameters) {
        parameters.addAll(block.getDirectParameters().values());
        for (Block child : block.getChildren().values()) {
            collect(child, parameters);
        }
    }

    /** All of the model's parameters, the frozen ones too, each once and under its first path. */
    List<NamedParameter> every() {
        if (every == null) {
            List<NamedParameter> all = new ArrayList<>();
            Set<Parameter> seen = Collections.newSetFromMap(new IdentityHashMap<>());
            for (Pair<String, Parameter> pair : model.getBlock().getParameters()) {
                if (seen.add(pair.getValue())) {
                    all.add(new NamedParameter(pair.getKey(), pair.getValue()));
                }
            }
            every = List.copyOf(all);
            trained = null;
        }
        return every;
    }

    List<NamedParameter> all() {
        List<NamedParameter> whole = every();
        if (trained == null || !stillTrained(trained, whole)) {
            trained = whole.stream()
                    .filter(named -> named.parameter().requiresGradient())
                    .toList();
            trained.forEach(TrainedParameters::requireWeights);
        }
        return trained;
    }

    private static boolean stillTrained(List<NamedParameter> trained, List<NamedParameter> whole) {
        int next = 0;
        for (NamedParameter named : whole) {
            boolean was = next < trained.size() && trained.get(next) == named;
            if (was != named.parameter().requiresGradient()) {
                return false;
            }
            next += was ? 1 : 0;
        }
        return true;
    }

    private static void requireWeights(NamedParameter named) {
        if (!named.parameter().isInitialized()) {
            throw new IllegalStateException("expected the model's weights to exist, but " + named.path()
                    + " has none: initialize the trainer before the first step");
        }
    }

    TensorList withGradients() {
        List<NamedParameter> now = all();
        TensorList before = listed == now ? reached : null;
        if (before != null && before.size() == now.size()) {
            return before;
        }
        List<NDArray> arrays = now.stream()
                .map(NamedParameter::array)
                .filter(Gradients::exists)
                .toList();
        if (before != null && before.size() == arrays.size()) {
            return before;
        }
        close();
        TensorList found = TensorList.of(arrays);
        reached = found;
        listed = now;
        return found;
    }

    /** The same, after giving a gradient of zeros to each parameter that no backward pass has reached yet. */
    TensorList withZeroGradients() {
        if (withGradients().size() < all().size()) {
            all().forEach(named -> Gradients.zeroWhereNone(named.array()));
        }
        return withGradients();
    }

    /** Zeroes the gradients that earlier trainings have left, also of frozen parameters; the weights must exist. */
    void zeroAllGradients() {
        all();
        List<NDArray> arrays = every().stream()
                .filter(named -> named.parameter().isInitialized())
                .map(NamedParameter::array)
                .filter(Gradients::exists)
                .toList();
        try (TensorList list = TensorList.of(arrays)) {
            Gradients.zero(list);
        }
    }

    Optional<String> withoutFiniteGradient() {
        TensorList list = withGradients();
        OptionalInt place = Finite.firstGradientNotFinite(list);
        return place.isEmpty()
                ? Optional.empty()
                : Optional.of(pathOf(list.arrays().get(place.getAsInt())));
    }

    /** @param array of one of the parameters */
    String pathOf(NDArray array) {
        return every().stream()
                .filter(named -> named.array() == array)
                .map(NamedParameter::path)
                .findFirst()
                .orElse("a parameter that the model no longer has");
    }

    /** Refuses gradients that are not finite before they change a weight, and zeroes all gradients then. */
    void requireFiniteGradients(long step) {
        Optional<String> parameter = withoutFiniteGradient();
        if (parameter.isPresent()) {
            Gradients.zero(withGradients());
            throw new GradientDivergedException(step, parameter.get());
        }
    }

    @Override
    public void close() {
        if (reached != null) {
            reached.close();
        }
    }
}
