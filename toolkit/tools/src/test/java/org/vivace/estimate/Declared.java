package org.vivace.estimate;

import java.util.List;
import org.vivace.train.Effect;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.Run;
import org.vivace.train.Traits;

/** A method that says what it changes in the cost of a step, and changes nothing. */
public record Declared(String name, List<Effect> effects) implements EfficiencyMethod {

    Declared(List<Effect> effects) {
        this("Declared", effects);
    }

    public static Declared of(Effect... effects) {
        return new Declared(List.of(effects));
    }

    @Override
    public Traits traits() {
        return Traits.of(Kind.MEMORY, Equivalence.WITHIN_TOLERANCE);
    }

    @Override
    public Hooks attach(Run run) {
        return new Hooks() {};
    }
}
