package org.vivace.estimate;

import java.util.List;
import org.vivace.train.Effect;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.Run;
import org.vivace.train.Traits;

/** A method that has effects and does nothing. */
record Declared(List<Effect> effects) implements EfficiencyMethod {
    @Override
    public Traits traits() {
        return Traits.of(Kind.MEMORY, Equivalence.WITHIN_TOLERANCE);
    }

    @Override
    public Hooks attach(Run run) {
        return new Hooks() {};
    }
}
