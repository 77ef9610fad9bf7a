package org.vivace.contract;

import java.util.function.Function;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.Run;
import org.vivace.train.Traits;

/** A method for one test, with the given traits and hooks. */
public record GivenMethod(String name, Traits traits, Function<Run, Hooks> hooks) implements EfficiencyMethod {

    /** @param hooks without state, since all runs share them */
    public static GivenMethod of(String name, Kind kind, Equivalence equivalence, Hooks hooks) {
        return new GivenMethod(name, Traits.of(kind, equivalence), run -> hooks);
    }

    @Override
    public Hooks attach(Run run) {
        return hooks.apply(run);
    }

    @Override
    public String label() {
        return name;
    }
}
