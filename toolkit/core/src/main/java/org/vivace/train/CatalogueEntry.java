package org.vivace.train;

import java.util.List;
import java.util.function.Function;

/**
 * A method as it can be written in a recipe.
 *
 * @param arguments how its arguments are written, brackets included; empty if it takes none
 * @param summary what it does, in half a sentence
 */
public record CatalogueEntry(
        String name, String arguments, String summary, Function<MethodArguments, EfficiencyMethod> withArguments) {

    /** The method with its defaults. */
    public EfficiencyMethod byDefault() {
        return withArguments.apply(new MethodArguments(name, List.of()));
    }
}
