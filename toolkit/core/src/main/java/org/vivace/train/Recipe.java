package org.vivace.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.vivace.torch.Precision;

/**
 * An ordered list of methods that can be combined.
 *
 * <p>At each hook the methods are called in the order of the list, unless their traits require another one. The two
 * hooks that come after the work are called in reverse order, so that what was wrapped first is unwrapped last.
 */
public final class Recipe {

    private final List<EfficiencyMethod> methods;
    private final Map<Hook, List<EfficiencyMethod>> orders = new EnumMap<>(Hook.class);

    private Recipe(List<EfficiencyMethod> methods) {
        this.methods = List.copyOf(methods);
        checkRepeats();
        for (int i = 0; i < methods.size(); i++) {
            checkNeeds(methods.get(i));
            for (int j = i + 1; j < methods.size(); j++) {
                checkTogether(methods.get(i), methods.get(j));
            }
        }
        for (Hook hook : Hook.values()) {
            orders.put(hook, solve(hook));
        }
    }

    /**
     * @throws IllegalArgumentException if a method is listed twice, lacks what it needs or conflicts with another, or
     *     if the required orders contradict each other
     */
    public static Recipe of(EfficiencyMethod... methods) {
        return new Recipe(Arrays.asList(methods));
    }

    public static Recipe of(List<? extends EfficiencyMethod> methods) {
        return new Recipe(List.copyOf(methods));
    }

    /** The methods as they were given. */
    public List<EfficiencyMethod> methods() {
        return methods;
    }

    /** The methods in the order in which they are called at a hook. */
    public List<EfficiencyMethod> at(Hook hook) {
        return Objects.requireNonNull(orders.get(hook), "the methods are ordered at every hook");
    }

    /**
     * The precisions that blocks may run in: fp32, those that methods declare, and all if a method's effects are
     * undeclared.
     */
    public Set<Precision> precisions() {
        Set<Precision> precisions = EnumSet.of(Precision.FLOAT32);
        for (EfficiencyMethod method : methods) {
            for (Effect effect : method.effects()) {
                if (effect instanceof Effect.LowPrecision low) {
                    precisions.add(low.precision());
                } else if (effect instanceof Effect.Undeclared) {
                    precisions.addAll(EnumSet.allOf(Precision.class));
                }
            }
        }
        return precisions;
    }

    public List<String> labels() {
        return methods.stream().map(EfficiencyMethod::label).toList();
    }

    @Override
    public String toString() {
        return methods.isEmpty() ? "no methods" : String.join(" + ", labels());
    }

    private void checkRepeats() {
        Set<String> seen = new HashSet<>();
        for (EfficiencyMethod method : methods) {
            if (!seen.add(method.name())) {
                throw new IllegalArgumentException(
                        "expected each method once in a recipe, got " + method.name() + " twice: drop one of them");
            }
        }
    }

    private void checkNeeds(EfficiencyMethod method) {
        method.traits().needs().forEach((word, reason) -> {
            if (!isProvided(word, method, methods)) {
                throw new IllegalArgumentException(method.name() + " needs " + word + ", because " + reason + "; found "
                        + this + ": add a method that provides it or drop " + method.name());
            }
        });
    }

    private static void checkTogether(EfficiencyMethod first, EfficiencyMethod second) {
        first.traits().claims().forEach((thing, reason) -> {
            if (second.traits().claims().containsKey(thing)) {
                throw new IllegalArgumentException(first.name() + " and " + second.name() + " both claim the " + thing
                        + ", because " + reason + ": drop one of them");
            }
        });
        refuse(first, second);
        refuse(second, first);
    }

    private static void refuse(EfficiencyMethod one, EfficiencyMethod other) {
        one.traits().conflicts().forEach((word, reason) -> {
            if (provides(other, word)) {
                throw new IllegalArgumentException(one.name() + " does not go together with " + other.name()
                        + ", because " + reason + ": drop one of them");
            }
        });
    }

    /** The methods without those that need what none of the others provides. */
    public static List<EfficiencyMethod> withNeedsMet(List<EfficiencyMethod> methods) {
        List<EfficiencyMethod> met = methods.stream()
                .filter(method ->
                        method.traits().needs().keySet().stream().allMatch(word -> isProvided(word, method, methods)))
                .toList();
        return met.size() == methods.size() ? met : withNeedsMet(met);
    }

    private static boolean isProvided(String word, EfficiencyMethod to, List<EfficiencyMethod> methods) {
        return methods.stream().anyMatch(other -> other != to && provides(other, word));
    }

    private static boolean provides(EfficiencyMethod method, String word) {
        return method.name().equals(word) || method.traits().provides().contains(word);
    }

    /** Repeatedly takes the first method of the list that no remaining method must precede. */
    private List<EfficiencyMethod> solve(Hook hook) {
        List<EfficiencyMethod> remaining = new ArrayList<>(methods);
        List<EfficiencyMethod> ordered = new ArrayList<>();
        while (!remaining.isEmpty()) {
            EfficiencyMethod next = remaining.stream()
                    .filter(candidate -> predecessor(candidate, remaining, hook).isEmpty())
                    .findFirst()
                    .orElseThrow(() -> contradiction(remaining, hook));
            remaining.remove(next);
            ordered.add(next);
        }
        if (hook.reversed()) {
            Collections.reverse(ordered);
        }
        return List.copyOf(ordered);
    }

    private static Optional<EfficiencyMethod> predecessor(
            EfficiencyMethod method, List<EfficiencyMethod> among, Hook hook) {
        return among.stream()
                .filter(other -> other != method && precedes(other, method, hook))
                .findFirst();
    }

    /**
     * Each remaining method has a predecessor among them, so following predecessors from any of them ends in a cycle.
     */
    private static IllegalArgumentException contradiction(List<EfficiencyMethod> remaining, Hook hook) {
        List<EfficiencyMethod> path = new ArrayList<>();
        EfficiencyMethod method = remaining.get(0);
        while (!path.contains(method)) {
            path.add(0, method);
            method = predecessor(method, remaining, hook).orElseThrow();
        }
        List<EfficiencyMethod> cycle = path.subList(0, path.indexOf(method) + 1);
        return new IllegalArgumentException("expected an order of methods at the hook " + hook + ", found that "
                + cycle.stream().map(EfficiencyMethod::name).collect(Collectors.joining(" must precede "))
                + " must precede " + cycle.get(0).name() + ": drop one of them");
    }

    private static boolean precedes(EfficiencyMethod one, EfficiencyMethod other, Hook hook) {
        return requires(one, other, hook, true) || requires(other, one, hook, false);
    }

    private static boolean requires(EfficiencyMethod method, EfficiencyMethod other, Hook hook, boolean before) {
        return method.traits().orders().stream()
                .anyMatch(order -> order.hook() == hook
                        && order.before() == before
                        && (order.word().equals(Traits.ALL) || provides(other, order.word())));
    }
}
