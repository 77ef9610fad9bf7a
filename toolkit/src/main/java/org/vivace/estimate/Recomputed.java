package org.vivace.estimate;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.vivace.train.Effect;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Surgery;

/** Which blocks of a model run a second time in the backward pass. */
final class Recomputed {

    private Recomputed() {}

    /**
     * The paths of the blocks that the methods choose, but for those within a block that is measured as a whole.
     *
     * @throws IllegalArgumentException where a method finds none
     */
    static Set<String> paths(Estimator asked, MeasuredBlocks measured) {
        List<Surgery.Place> places = Surgery.on(asked.block(), "the estimate").places();
        Set<String> paths = new HashSet<>();
        for (EfficiencyMethod method : asked.methods()) {
            for (Effect effect : method.effects()) {
                if (effect instanceof Effect.Recomputation recomputed) {
                    List<Surgery.Place> chosen = recomputed.choice().among(places);
                    if (chosen.isEmpty()) {
                        throw new IllegalArgumentException(method.name()
                                + " found no blocks of the model to work on: drop the method, or name other blocks");
                    }
                    chosen.stream()
                            .map(Surgery.Place::path)
                            .filter(path -> !measured.isWithin(path))
                            .forEach(paths::add);
                }
            }
        }
        return paths;
    }
}
