package org.vivace.methods;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.vivace.train.EfficiencyMethod;

/** All methods by their names, for whoever writes a recipe as text: {@code MixedPrecision(bf16),FusedAdamW}. */
public final class Catalogue {

    /**
     * A method as it can be written.
     *
     * @param arguments how its arguments are written, brackets included; empty where it takes none
     * @param summary what it does, in half a sentence
     */
    public record Entry(
            String name, String arguments, String summary, Function<Arguments, EfficiencyMethod> withArguments) {

        /** The method with its defaults. */
        public EfficiencyMethod byDefault() {
            return withArguments.apply(new Arguments(name, List.of()));
        }
    }

    private static final List<Entry> ALL = List.of(
            new Entry(
                    "MixedPrecision",
                    "(bf16|fp16)",
                    "matrix products and convolutions in half precision, the rest in fp32",
                    written -> written.word("bf16", "bf16", "fp16").equals("bf16")
                            ? MixedPrecision.bf16()
                            : MixedPrecision.fp16()),
            new Entry(
                    "LowPrecisionLayerNorm",
                    "",
                    "layer norms in autocast's precision instead of fp32",
                    written -> new LowPrecisionLayerNorm()),
            new Entry(
                    "FusedAttention",
                    "",
                    "causal attention as one operator instead of six",
                    written -> new FusedAttention()),
            new Entry(
                    "ChannelsLast",
                    "",
                    "images and convolution weights in the layout that convolutions work in",
                    written -> new ChannelsLast()),
            new Entry(
                    "SequenceLengthWarmup",
                    "(share of the run)",
                    "short sequences first, growing over the first part of the run",
                    written -> SequenceLengthWarmup.over(written.number(0.3))),
            new Entry(
                    "ProgressiveResizing",
                    "(initial scale, delay, finetune, resize|crop)",
                    "small images first, growing to their own size before the last part of the run",
                    written -> new ProgressiveResizing(
                            written.number(0.5),
                            written.number(0.5),
                            written.number(0.2),
                            4,
                            written.word("resize", "resize", "crop").equals("crop")
                                    ? ProgressiveResizing.Mode.CROP
                                    : ProgressiveResizing.Mode.RESIZE)),
            new Entry(
                    "LabelSmoothing",
                    "(smoothing)",
                    "a share of the target spread over all classes",
                    written -> new LabelSmoothing(written.number(0.1))),
            new Entry(
                    "PatchWhitening",
                    "(eps)",
                    "the first convolution trained in coordinates in which the images' patches are uncorrelated",
                    written -> new PatchWhitening(written.number(0.01))),
            new Entry(
                    "IdentityStart",
                    "",
                    "convolutions after the first that begin by handing their input on",
                    written -> new IdentityStart()),
            new Entry(
                    "ActivationCheckpointing",
                    "(every)",
                    "keeps every n-th layer's input only and computes the rest again, to save memory",
                    written -> ActivationCheckpointing.every(written.whole(1))),
            new Entry(
                    "FusedAdamW",
                    "",
                    "DJL's Adam or AdamW over all parameters in one pass",
                    written -> new FusedAdamW()),
            new Entry("FusedSgd", "", "DJL's Sgd over all parameters in one pass", written -> new FusedSgd()),
            new Entry(
                    "Muon",
                    "(rate as a multiple of the run's, momentum, steps)",
                    "momentum made orthogonal for the hidden weights, the optimiser's own rule for the rest",
                    written -> Muon.of(written.number(1))
                            .withMomentum(written.number(0.95))
                            .withSteps(written.whole(5))));

    private Catalogue() {}

    /** Every method, in the order in which tables show them. */
    public static List<Entry> all() {
        return ALL;
    }

    /**
     * Reads a recipe: names separated by commas, each with its arguments in brackets where it is given any. Upper and
     * lower case are not told apart.
     *
     * @throws IllegalArgumentException where the text is no recipe, a name is unknown (the message offers the nearest), or
     *     an argument is wrong
     */
    public static List<EfficiencyMethod> parse(String recipe) {
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
            throw new IllegalArgumentException("expected a method such as MixedPrecision or MixedPrecision(bf16), got '"
                    + written + "': separate methods by commas and close every bracket");
        }
        Entry entry = ALL.stream()
                .filter(each -> each.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> unknown(name));
        Arguments arguments = new Arguments(entry.name(), inBrackets(written, open));
        EfficiencyMethod method = entry.withArguments().apply(arguments);
        arguments.requireAllUsed(entry.arguments());
        return method;
    }

    private static List<String> inBrackets(String written, int open) {
        return open < 0 ? List.of() : split(written.substring(open + 1, written.length() - 1));
    }

    /** At the commas that stand in no brackets; nothing gives an empty list. */
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
        List<String> nearest = ALL.stream()
                .map(Entry::name)
                .sorted(Comparator.comparingDouble(known -> -likeness(name, known)))
                .limit(2)
                .toList();
        return new IllegalArgumentException("there is no method " + name + ": did you mean "
                + String.join(" or ", nearest) + "? 'vivace methods' lists all");
    }

    /** The share of letter pairs that two words have in common (Dice 1945), which forgives a missing half of a word. */
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
