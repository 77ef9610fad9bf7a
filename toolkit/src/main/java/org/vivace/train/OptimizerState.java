package org.vivace.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.vivace.torch.FusedUpdate;
import org.vivace.torch.TensorList;

/**
 * The arrays that an optimiser keeps for each parameter of a run, and the parameters in groups of which each may be
 * updated by one fused call.
 *
 * <p>A parameter's arrays come into being with its first gradient; one that has none is left alone. All of them live on
 * a manager of their own, which {@link #close} closes.
 */
public final class OptimizerState implements AutoCloseable {

    private final Run run;
    private final ToDoubleFunction<Parameter> decayOf;
    private final Function<Parameter, List<String>> namesOf;
    private final Map<Parameter, Entry> entries = new IdentityHashMap<>();
    private NDManager manager;
    private TensorList grouped;
    private List<Group> groups = List.of();
    private List<Entry> frozen = List.of();
    private long updates;
    private NDArray scalar;
    private double scalarValue;

    /** @param namesOf the arrays to keep for a parameter, in its shape and precision, zeros at first; always the same */
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

    private record Key(double learningRate, double weightDecay, long updates, List<String> names) {}

    /** Parameters with one learning rate, one weight decay, one kind of arrays, and as many updates behind them. */
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

        /** What the arrays of {@link #parameters} belong to, in their order. */
        public List<Parameter> members() {
            return entries.stream().map(Entry::parameter).toList();
        }

        /** What is kept for each of the parameters. */
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

        /** Updates of these parameters, the one to come included. */
        public long updates() {
            return entries.get(0).updates;
        }

        private boolean isStillOne(ToDoubleFunction<Parameter> rateOf) {
            learningRate = rateOf.applyAsDouble(entries.get(0).parameter());
            for (Entry entry : entries) {
                if (!entry.parameter().requiresGradient() || rateOf.applyAsDouble(entry.parameter()) != learningRate) {
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

    /** Updates of the run that this state has seen. */
    public long updates() {
        return updates;
    }

    /**
     * Counts one update and returns what it is to change.
     *
     * @param rateOf the learning rate of this update
     */
    public List<Group> next(ToDoubleFunction<Parameter> rateOf) {
        updates++;
        TensorList reached = run.withGradients();
        if (reached != grouped
                || !groups.stream().allMatch(group -> group.isStillOne(rateOf))
                || frozen.stream().anyMatch(entry -> entry.parameter().requiresGradient())) {
            group(reached, rateOf);
        }
        for (Group group : groups) {
            group.entries.forEach(entry -> entry.updates++);
        }
        return groups;
    }

    private void group(TensorList reached, ToDoubleFunction<Parameter> rateOf) {
        groups.forEach(Group::close);
        grouped = reached;
        Set<NDArray> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
        arrays.addAll(reached.arrays());
        Map<Key, List<Entry>> alike = new LinkedHashMap<>();
        frozen = new ArrayList<>();
        for (NamedParameter named : run.parameters()) {
            if (!arrays.remove(named.array())) {
                continue; // without a gradient, or under a second name
            }
            Entry entry = entries.computeIfAbsent(named.parameter(), parameter -> entry(named));
            if (!named.parameter().requiresGradient()) {
                frozen.add(entry);
                continue;
            }
            Key key = new Key(
                    rateOf.applyAsDouble(named.parameter()),
                    decayOf.applyAsDouble(named.parameter()),
                    entry.updates,
                    entry.names);
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

    /** An fp32 scalar on the run's device, the same one at each call, set without waiting for the device. */
    public NDArray scalar(double value) {
        if (scalar == null) {
            scalar = manager().create((float) value);
        } else if (value != scalarValue) {
            FusedUpdate.fill(scalar, value);
        }
        scalarValue = value;
        return scalar;
    }

    /** Writes the counts and arrays of the parameters that were updated, under the parameters' paths. */
    public void save(State.Writer state) {
        state.number("updates", updates);
        for (NamedParameter named : run.parameters()) {
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
        for (NamedParameter named : run.parameters()) {
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
