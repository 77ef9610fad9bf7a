package org.vivace.notebooks;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.vivace.methods.Catalogue;
import org.vivace.train.EfficiencyMethod;

/** A recipe as the command line's {@code --methods} has it. */
final class WrittenRecipe {

    private WrittenRecipe() {}

    /** Nothing where a method has settings that the command line has no words for. */
    static Optional<String> of(List<EfficiencyMethod> methods) {
        if (methods.isEmpty()) {
            return Optional.of(RecipeOptions.NONE);
        }
        String text = methods.stream().map(WrittenRecipe::written).collect(Collectors.joining(","));
        try {
            return Catalogue.parse(text).equals(methods) ? Optional.of(text) : Optional.empty();
        } catch (IllegalArgumentException e) {
            // A method of somebody else's, or a setting that is no argument: there is no way to write it.
            return Optional.empty();
        }
    }

    /** Labels say what a number is, as in {@code Muon(rate 12.0)}; arguments are numbers in their order. */
    private static String written(EfficiencyMethod method) {
        return method.label().replaceAll("(?<=[(,])\\s*(?:[a-z]+ )?(?=[\\w.+-])", "");
    }
}
