package org.vivace.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.vivace.torch.FusedUpdate;
import org.vivace.torch.TensorList;

/**
 * The arrays that an optimizer keeps for each parameter of a run, and the parameters in groups, each of which can be
 * updated by one fused call.
 *
 * <p>As in DJL, every parameter that is not frozen is updated, with a gradient of zeros if no backward pass has reached
 * it. A frozen one keeps its weight, arrays and gradient. Updates are counted per parameter; bias corrections and
 * schedules use the largest count, so all parameters are at the same step. All arrays belong to a separate manager,
 * which {@link #close} closes.
 */
public final class OptimizerState implements AutoCloseable {

    private final Run run;
    private final ToDoubleFunction<Parameter> decayOf;
    private final Function<Parameter, List<String>> namesOf;
    private final Map<Parameter, Entry> entries = new IdentityHashMap<>();
    private @Nullable NDManager manager;
    private @Nullable TensorList grouped;
    private List<Entry> members = List.of();
    private List<Group> groups = List.of();
    private long updates;
    private @Nullable NDArray scalar;
    private double scalarValue;

    /**
     * @param namesOf the arrays to keep for a parameter, in its shape and precision, zeros at first; the same names at
     * every call
     */
    public OptimizerState(Run run, ToDoubleFunction<Parameter> decayOf, Function<Parameter, List<String>> namesOf) {
        this.run = run;
        this.decayOf = decayOf;
        this.namesOf = namesOf;
    }

    private static final class Entry {
        private final NamedParameter named;
        private final List<String> names;
        private final List<NDArray> arrays;
        private long updates;

        Entry(NamedParameter named, List<String> names, List<NDArray> arrays) {
            this.named = named;
            this.names = names;
            this.arrays = arrays;
        }

        Parameter parameter() {
            return named.parameter();
        }
    }

    /** The learning rate of a parameter at an update, counted from 1. */
    @FunctionalInterface
    public interface Rate {
        double of(Parameter parameter, long update);
    }

    private record Key(double learningRate, double weightDecay, List<String> names) {}

    /** Parameters with one learning rate, one weight decay and one kind of arrays. */
    public static final class Group {
        private final List<Entry> entries;
        private final TensorList parameters;
        private final List<TensorList> arrays = new ArrayList<>();
        private final List<String> names;
        private final double weightDecay;
        private double learningRate;

        private Group(Key key, List<Entry> entries) {
            this.entries = entries;
            names = key.names();
            weightDecay = key.weightDecay();
            learningRate = key.learningRate();
            parameters = TensorList.of(
                    entries.stream().map(each -> each.named.array()).toList());
            for (int i = 0; i < names.size(); i++) {
                int index = i;
                arrays.add(TensorList.of(
                        entries.stream().map(each -> each.arrays.get(index)).toList()));
            }
        }

        public TensorList parameters() {
            return parameters;
        }

        /** The parameters whose arrays are in {@link #parameters}, in the same order. */
        public List<Parameter> members() {
            return entries.stream().map(Entry::parameter).toList();
        }

        /** The names of the arrays kept for each of the parameters. */
        public List<String> names() {
            return names;
        }

        /** The arrays kept under the name at {@code index}, in the order of the parameters. */
        public TensorList arrays(int index) {
            return arrays.get(index);
        }

        public double learningRate() {
            return learningRate;
        }

        public double weightDecay() {
            return weightDecay;
        }

        private boolean isStillOne(Rate rate, long update) {
            learningRate = rate.of(entries.get(0).parameter(), update);
            for (Entry entry : entries) {
                if (rate.of(entry.parameter(), update) != learningRate) {
                    return false;
                }
            }
            return true;
        }

        private void close() {
            parameters.close();
            arrays.forEach(TensorList::close);
        }
    }

    /** The number of the update that {@link #next} began last, from 1; 0 before the first. */
    public long updates() {
        return updates;
    }

    /** Counts one update of every parameter that is not frozen and returns the groups to update. */
    public List<Group> next(Rate rate) {
        requireABackwardPass();
        TensorList trained = run.trained().withZeroGradients();
        if (trained != grouped) {
            members = run.parameters().stream()
                    .map(named -> entries.computeIfAbsent(named.parameter(), parameter -> entry(named)))
                    .toList();
        }
        for (Entry entry : members) {
            entry.updates++;
            updates = Math.max(updates, entry.updates);
        }
        if (trained != grouped || !groups.stream().allMatch(group -> group.isStillOne(rate, updates))) {
            group(rate);
            grouped = trained;
        }
        return groups;
    }

    private void requireABackwardPass() {
        if (run.withGradients().size() == 0 && !run.parameters().isEmpty()) {
            throw new IllegalStateException("expected gradients to update the parameters by, found none on any of them:"
                    + " call backward on the loss before step()");
        }
    }

    private void group(Rate rate) {
        groups.forEach(Group::close);
        Map<Key, List<Entry>> alike = new LinkedHashMap<>();
        for (Entry entry : members) {
            Key key =
                    new Key(rate.of(entry.parameter(), updates), decayOf.applyAsDouble(entry.parameter()), entry.names);
            alike.computeIfAbsent(key, each -> new ArrayList<>()).add(entry);
        }
        groups = alike.entrySet().stream()
                .map(each -> new Group(each.getKey(), each.getValue()))
                .toList();
    }

    private Entry entry(NamedParameter named) {
        List<String> names = List.copyOf(namesOf.apply(named.parameter()));
        return new Entry(
                named,
                names,
                names.stream()
                        .map(name -> FusedUpdate.zerosLike(named.array(), manager()))
                        .toList());
    }

    private NDManager manager() {
        if (manager == null) {
            manager = run.model().getNDManager().newSubManager();
        }
        return manager;
    }

    /** An fp32 scalar on the run's device, the same array at each call, set without waiting for the device. */
    public NDArray scalar(double value) {
        if (scalar == null) {
            scalar = manager().create((float) value);
        } else if (value != scalarValue) {
            FusedUpdate.fill(scalar, value);
        }
        scalarValue = value;
        return scalar;
    }

    /** {@link Run#found} of the run. */
    Optional<NDArray> found() {
        return run.found();
    }

    /** Writes the counts and arrays of the parameters that were updated, under the parameters' paths. */
    public void save(State.Writer state) {
        state.number("updates", updates);
        for (NamedParameter named : run.trained().every()) {
            Entry entry = entries.get(named.parameter());
            if (entry != null && entry.updates > 0) {
                state.number("updates " + named.path(), entry.updates);
                for (int i = 0; i < entry.names.size(); i++) {
                    state.array(entry.names.get(i) + " " + named.path(), entry.arrays.get(i));
                }
            }
        }
    }

    /** Reads what {@link #save} wrote into a state that has made no update. */
    public void load(State.Reader state) {
        updates = (long) state.number("updates");
        for (NamedParameter named : run.trained().every()) {
            if (state.has("updates " + named.path())) {
                Entry entry = entries.computeIfAbsent(named.parameter(), parameter -> entry(named));
                entry.updates = (long) state.number("updates " + named.path());
                for (int i = 0; i < entry.names.size(); i++) {
                    state.array(entry.names.get(i) + " " + named.path(), entry.arrays.get(i));
                }
            }
        }
    }

    @Override
    public void close() {
        groups.forEach(Group::close);
        groups = List.of();
        if (manager != null) {
            manager.close();
        }
    }
}
