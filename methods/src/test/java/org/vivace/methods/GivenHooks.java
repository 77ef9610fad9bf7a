package org.vivace.methods;

import java.util.function.Consumer;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;
import org.vivace.train.Hook;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.Run;
import org.vivace.train.Sample;
import org.vivace.train.Traits;

/** A method for a test, which does in every run what its hooks do. */
record GivenHooks(String name, Traits traits, Hooks hooks) implements EfficiencyMethod {

    /** Changes the training. */
    static GivenHooks changing(String name, Kind kind, Hooks hooks) {
        return new GivenHooks(name, Traits.of(kind, Equivalence.CHANGES_TRAINING), hooks);
    }

    /** Looks at each batch as all other methods leave it. */
    static GivenHooks watching(Consumer<Sample> batches) {
        Hooks hooks = new Hooks() {
            @Override
            public Sample onBatch(Run run, Sample sample) {
                batches.accept(sample);
                return sample;
            }
        };
        return new GivenHooks(
                "Watching", Traits.of(Kind.DATA, Equivalence.BIT_EQUAL).after(Hook.BATCH, Traits.ALL), hooks);
    }

    @Override
    public Hooks attach(Run run) {
        return hooks;
    }
}
