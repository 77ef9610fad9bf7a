package org.vivace.train;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/**
 * One way to make training cheaper: an immutable set of settings, to be written as a record.
 *
 * <p>{@link #attach} gives fresh hooks for each run, so one instance serves any number of runs. Its {@link Traits}
 * declare what it acts on, what it needs and what it conflicts with; {@link Recipe} checks them when a run is created.
 */
public interface EfficiencyMethod {

    Traits traits();

    /**
     * Creates this method's hooks, which hold all of its state, for one run.
     *
     * @throws IllegalArgumentException if the method cannot act in this run, for example because its schedule does not
     *     fit the run's length
     */
    Hooks attach(Run run);

    /** What the method changes in a step's cost; empty if the cost stays the same. */
    default List<Effect> effects() {
        return List.of(new Effect.Undeclared());
    }

    /** The name by which traits, the command line and records know the method. */
    default String name() {
        return getClass().getSimpleName();
    }

    /** The method with its settings as tables and records show it: {@code LabelSmoothing(0.1)}. */
    default String label() {
        List<String> settings = new ArrayList<>();
        if (getClass().isRecord()) {
            for (RecordComponent component : getClass().getRecordComponents()) {
                try {
                    component.getAccessor().setAccessible(true);
                    settings.add(String.valueOf(component.getAccessor().invoke(this)));
                } catch (IllegalAccessException | InvocationTargetException e) {
                    throw new IllegalStateException("could not read " + component.getName() + " of " + name(), e);
                }
            }
        }
        return settings.isEmpty() ? name() : name() + "(" + String.join(", ", settings) + ")";
    }
}
