package org.vivace.contract;

import java.util.function.Consumer;
import java.util.function.Function;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;
import org.vivace.train.Hook;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.Run;
import org.vivace.train.Sample;
import org.vivace.train.Traits;

/** A method for one test, with the given traits and hooks. */
public record GivenMethod(String name, Traits traits, Function<Run, Hooks> hooks) implements EfficiencyMethod {

    /** @param hooks without state, since all runs share them */
    public static GivenMethod of(String name, Kind kind, Equivalence equivalence, Hooks hooks) {
        return new GivenMethod(name, Traits.of(kind, equivalence), run -> hooks);
    }

    /** Looks at each batch as all other methods leave it. */
    public static GivenMethod watching(Consumer<Sample> batches) {
        Hooks hooks = new Hooks() {
            @Override
            public Sample onBatch(Run run, Sample sample) {
                batches.accept(sample);
                return sample;
            }
        };
        Traits last = Traits.of(Kind.DATA, Equivalence.BIT_EQUAL).after(Hook.BATCH, Traits.ALL);
        return new GivenMethod("Watching", last, run -> hooks);
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
