package org.vivace.train;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/**
 * One way to make training cheaper: an immutable recipe of settings, to be written as a record.
 *
 * <p>{@link #attach} gives fresh hooks for each run, so one instance serves any number of runs. What a method is, what
 * it needs and what it does not go together with stands in its {@link Traits}; {@link Recipe} checks them when a run is
 * made.
 */
public interface EfficiencyMethod {

    Traits traits();

    /**
     * Makes the hooks, and with them all state, of this method in one run.
     *
     * @throws IllegalArgumentException where the run cannot carry this method, for example a schedule that does not fit
     *     the run's length
     */
    Hooks attach(Run run);

    /** What the method changes in a step's cost; empty where a step costs what it did. */
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
