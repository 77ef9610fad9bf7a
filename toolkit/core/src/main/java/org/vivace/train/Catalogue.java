package org.vivace.train;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All methods on the class path by their names, Vivace's own and others', to write a recipe as text: {@code
 * MixedPrecision(bf16),FusedAdamW}. They come from {@link MethodProvider}s.
 */
public final class Catalogue {

    /** How a recipe without a method is written. */
    public static final String NONE = "none";

    private Catalogue() {}

    /**
     * Every method, in the order in which tables show them: providers in the order of the class path.
     *
     * @throws IllegalStateException if two providers have methods of the same name
     */
    public static List<CatalogueEntry> all() {
        // A notebook's kernel loads this class with its own class loader, and a user's methods with the thread's.
        Map<String, MethodProvider> providers = new LinkedHashMap<>();
        for (ClassLoader loader : new ClassLoader[] {
            Catalogue.class.getClassLoader(), Thread.currentThread().getContextClassLoader()
        }) {
            ServiceLoader.load(MethodProvider.class, loader)
                    .forEach(each -> providers.putIfAbsent(each.getClass().getName(), each));
        }
        List<CatalogueEntry> entries = new ArrayList<>();
        for (MethodProvider provider : providers.values()) {
            for (CatalogueEntry entry : provider.methods()) {
                if (entries.stream().anyMatch(each -> each.name().equalsIgnoreCase(entry.name()))) {
                    throw new IllegalStateException("expected one method named " + entry.name() + ", found a second in "
                            + provider.getClass().getName() + ": rename it there");
                }
                entries.add(entry);
            }
        }
        return List.copyOf(entries);
    }

    /**
     * A recipe as {@link #parse} reads it, {@link #NONE} if it has no methods; empty if a method is not in the
     * catalogue or has settings that cannot be written.
     */
    public static Optional<String> write(List<? extends EfficiencyMethod> methods) {
        if (methods.isEmpty()) {
            return Optional.of(NONE);
        }
        String text = methods.stream().map(Catalogue::written).collect(Collectors.joining(","));
        try {
            return parse(text).equals(methods) ? Optional.of(text) : Optional.empty();
        } catch (IllegalArgumentException e) {
            // A method that no provider has, or a setting that is not an argument, cannot be written.
            return Optional.empty();
        }
    }

    /** Labels name their numbers, as in {@code Muon(rate 12.0)}; arguments are positional. */
    private static String written(EfficiencyMethod method) {
        return method.label().replaceAll("(?<=[(,])\\s*(?:[a-z]+ )?(?=[\\w.+-])", "");
    }

    /**
     * Reads a recipe: names separated by commas, each with its arguments, if any, in brackets. Case is ignored.
     *
     * @throws IllegalArgumentException if the text is not a recipe, a name is unknown (the message offers the nearest),
     *     or an argument is wrong
     */
    public static List<EfficiencyMethod> parse(String recipe) {
        if (recipe.strip().equals(NONE)) {
            return List.of();
        }
        List<EfficiencyMethod> methods = new ArrayList<>();
        for (String written : split(recipe)) {
            methods.add(method(written));
        }
        return List.copyOf(methods);
    }

    private static EfficiencyMethod method(String written) {
        int open = written.indexOf('(');
        String name = (open < 0 ? written : written.substring(0, open)).strip();
        if (name.isEmpty() || open >= 0 && !written.endsWith(")")) {
            throw new IllegalArgumentException("expected a method" + example() + ", got '" + written
                    + "': separate methods by commas and close every bracket");
        }
        CatalogueEntry entry = all().stream()
                .filter(each -> each.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> unknown(name));
        MethodArguments arguments = new MethodArguments(entry.name(), inBrackets(written, open));
        EfficiencyMethod method = entry.withArguments().apply(arguments);
        arguments.requireAllUsed(entry.arguments());
        return method;
    }

    /** The first method of the catalogue, with and without arguments. */
    private static String example() {
        return all().stream()
                .findFirst()
                .map(first ->
                        " such as " + first.name() + " or " + first.byDefault().label())
                .orElse("");
    }

    private static List<String> inBrackets(String written, int open) {
        return open < 0 ? List.of() : split(written.substring(open + 1, written.length() - 1));
    }

    /** Splits at the commas outside of brackets; an empty text gives an empty list. */
    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char at = text.charAt(i);
            depth += at == '(' ? 1 : at == ')' ? -1 : 0;
            if (at == ',' && depth == 0) {
                parts.add(text.substring(from, i).strip());
                from = i + 1;
            }
        }
        if (!parts.isEmpty() || !text.isBlank()) {
            parts.add(text.substring(from).strip());
        }
        return parts;
    }

    private static IllegalArgumentException unknown(String name) {
        List<String> nearest = all().stream()
                .map(CatalogueEntry::name)
                .sorted(Comparator.comparingDouble(known -> -likeness(name, known)))
                .limit(2)
                .toList();
        return new IllegalArgumentException("there is no method " + name + ": "
                + (nearest.isEmpty()
                        ? "none is on the class path, add the artifact that contains it"
                        : "did you mean " + String.join(" or ", nearest) + "? 'vivace methods' lists all"));
    }

    /**
     * The share of letter pairs that two words have in common (Dice 1945), which tolerates a missing half of a word.
     */
    private static double likeness(String one, String other) {
        Set<String> left = pairs(one);
        Set<String> right = pairs(other);
        int size = left.size() + right.size();
        left.retainAll(right);
        return size == 0 ? 0 : 2.0 * left.size() / size;
    }

    private static Set<String> pairs(String word) {
        String lower = "^" + word.toLowerCase(Locale.ROOT);
        Set<String> pairs = new HashSet<>();
        for (int i = 0; i + 1 < lower.length(); i++) {
            pairs.add(lower.substring(i, i + 2));
        }
        return pairs;
    }
}
