package org.vivace.estimate;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.vivace.train.Effect;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Surgery;

/**
 * Which blocks of a model run a second time in the backward pass.
 *
 * @param paths of the blocks
 * @param unseen a sentence for each method that chose a block within one that is measured as a whole
 */
record Recomputed(Set<String> paths, List<String> unseen) {

    Recomputed {
        paths = Set.copyOf(paths);
        unseen = List.copyOf(unseen);
    }

    /**
     * What the methods choose.
     *
     * @throws IllegalArgumentException where a method finds none
     */
    static Recomputed of(Estimator asked, MeasuredBlocks measured) {
        List<Surgery.Place> places = Surgery.on(asked.block(), "the estimate").places();
        Set<String> paths = new HashSet<>();
        List<String> unseen = new ArrayList<>();
        for (EfficiencyMethod method : asked.methods()) {
            for (Effect effect : method.effects()) {
                if (effect instanceof Effect.Recomputation recomputed) {
                    List<String> chosen = recomputed.choice().among(places).stream()
                            .map(Surgery.Place::path)
                            .toList();
                    if (chosen.isEmpty()) {
                        throw new IllegalArgumentException(method.name()
                                + " found no blocks of the model to work on: drop the method, or name other blocks");
                    }
                    List<String> within =
                            chosen.stream().filter(measured::isWithin).toList();
                    chosen.stream().filter(path -> !measured.isWithin(path)).forEach(paths::add);
                    if (!within.isEmpty()) {
                        unseen.add("what " + method.name() + " does to " + String.join(", ", within)
                                + " is not seen, since a block around " + (within.size() == 1 ? "it" : "them")
                                + " is measured as one: it is counted as if it did nothing there");
                    }
                }
            }
        }
        return new Recomputed(paths, unseen);
    }
}
