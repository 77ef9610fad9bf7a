package org.vivace.bench;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Recipe;

/** Parts of a recipe that are measured beside it; parts that are not valid recipes are omitted. */
enum RecipePart {
    /** Each method alone. */
    EACH {
        @Override
        List<List<EfficiencyMethod>> all(List<EfficiencyMethod> methods) {
            return methods.stream().map(List::of).toList();
        }
    },
    /** The first method, the first two, and so on. */
    ONE_BY_ONE {
        @Override
        List<List<EfficiencyMethod>> all(List<EfficiencyMethod> methods) {
            return IntStream.rangeClosed(1, methods.size())
                    .mapToObj(count -> methods.subList(0, count))
                    .toList();
        }
    },
    /** The whole without each of its methods. */
    LEAVE_ONE_OUT {
        @Override
        List<List<EfficiencyMethod>> all(List<EfficiencyMethod> methods) {
            return methods.stream()
                    .map(left -> methods.stream().filter(each -> each != left).toList())
                    .toList();
        }
    };

    abstract List<List<EfficiencyMethod>> all(List<EfficiencyMethod> methods);

    List<List<EfficiencyMethod>> of(List<EfficiencyMethod> methods) {
        return all(methods).stream().filter(RecipePart::isRecipe).toList();
    }

    /** The command-line option. */
    String option() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The requested parts, then the whole recipe, without duplicates. */
    static List<List<EfficiencyMethod>> recipes(List<EfficiencyMethod> methods, Set<RecipePart> parts) {
        Set<List<EfficiencyMethod>> recipes = new LinkedHashSet<>();
        parts.forEach(part -> recipes.addAll(part.of(methods)));
        recipes.remove(methods);
        recipes.add(methods);
        return List.copyOf(recipes);
    }

    private static boolean isRecipe(List<EfficiencyMethod> methods) {
        try {
            Recipe.of(methods);
            return true;
        } catch (IllegalArgumentException e) {
            // A method needs another that is not among these: not a recipe.
            return false;
        }
    }
}
