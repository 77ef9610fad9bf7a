package org.vivace.methods.planted;

import org.vivace.datasets.Glyphs;
import org.vivace.methods.FusedAdamW;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Hooks;
import org.vivace.train.Run;
import org.vivace.train.Traits;

final class Neighbour implements EfficiencyMethod {

    final Class<?> data = Glyphs.class;

    @Override
    public Traits traits() {
        return new FusedAdamW().traits();
    }

    @Override
    public Hooks attach(Run run) {
        return new Hooks() {};
    }
}
