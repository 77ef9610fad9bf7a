package org.vivace.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a method declares about itself, so that a recipe can be checked and ordered before anything runs.
 *
 * <p>Methods do not refer to each other. They are related by words: one {@code provides("autocast")}, another {@code
 * needs("autocast", …)}; two that {@code claims("optimizer step", …)} cannot be in one recipe. A method's own name is
 * among the words it provides.
 *
 * @param kind what the method acts on
 * @param equivalence how the run relates to the one without the method
 * @param provides words that other methods may need, conflict with or order themselves by
 * @param needs words that some method of the recipe must provide, each with the reason
 * @param claims things of which a run has one and that this method takes over, each with the reason
 * @param conflicts words that no method of the recipe may provide, each with the reason and what to drop
 * @param orders where this method must come in the order at a hook
 */
public record Traits(
        Kind kind,
        Equivalence equivalence,
        Set<String> provides,
        Map<String, String> needs,
        Map<String, String> claims,
        Map<String, String> conflicts,
        List<Order> orders) {

    /**
     * Provided by methods whose {@link Hooks#onBatch} changes labels along with the data: these need training passes that
     * are given labels, and the trainer's own loss.
     */
    public static final String CHANGED_LABELS = "changed labels";

    /** Stands for every other method in an {@link Order}. */
    public static final String ALL = "*";

    /** At {@code hook} this method comes before (or after) those that provide {@code word}. */
    public record Order(Hook hook, boolean before, String word) {}

    public Traits {
        provides = Set.copyOf(provides);
        needs = Map.copyOf(needs);
        claims = Map.copyOf(claims);
        conflicts = Map.copyOf(conflicts);
        orders = List.copyOf(orders);
    }

    public static Traits of(Kind kind, Equivalence equivalence) {
        return new Traits(kind, equivalence, Set.of(), Map.of(), Map.of(), Map.of(), List.of());
    }

    public Traits provides(String word) {
        Set<String> more = new LinkedHashSet<>(provides);
        more.add(word);
        return new Traits(kind, equivalence, more, needs, claims, conflicts, orders);
    }

    /** @param reason completes the sentence "NAME needs WORD, because …" */
    public Traits needs(String word, String reason) {
        return new Traits(kind, equivalence, provides, with(needs, word, reason), claims, conflicts, orders);
    }

    /** @param reason completes the sentence "both claim THING, because …" */
    public Traits claims(String thing, String reason) {
        return new Traits(kind, equivalence, provides, needs, with(claims, thing, reason), conflicts, orders);
    }

    /** @param reason completes the sentence "NAME does not go together with WORD, because …" */
    public Traits conflictsWith(String word, String reason) {
        return new Traits(kind, equivalence, provides, needs, claims, with(conflicts, word, reason), orders);
    }

    public Traits before(Hook hook, String word) {
        return ordered(new Order(hook, true, word));
    }

    public Traits after(Hook hook, String word) {
        return ordered(new Order(hook, false, word));
    }

    private Traits ordered(Order order) {
        List<Order> more = new ArrayList<>(orders);
        more.add(order);
        return new Traits(kind, equivalence, provides, needs, claims, conflicts, more);
    }

    private static Map<String, String> with(Map<String, String> map, String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(map);
        more.put(key, value);
        return more;
    }
}
