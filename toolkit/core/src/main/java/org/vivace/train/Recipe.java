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
 * An ordered list of methods that go together.
 *
 * <p>At each hook the methods take their turns in the order of the list, except where their traits ask for another one.
 * The two hooks that come after the work are gone through in reverse, so that what was wrapped first is unwrapped last.
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
     * @throws IllegalArgumentException where a method stands twice, lacks what it needs, conflicts with another, or
     *     where the wishes for an order contradict each other
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

    /** The methods in the order in which they take their turns at a hook. */
    public List<EfficiencyMethod> at(Hook hook) {
        return Objects.requireNonNull(orders.get(hook), "the methods are ordered at every hook");
    }

    /** What blocks may be run in: fp32, what methods declare, and any where one declares nothing. */
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
            if (methods.stream().noneMatch(other -> other != method && provides(other, word))) {
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

    private static boolean provides(EfficiencyMethod method, String word) {
        return method.name().equals(word) || method.traits().provides().contains(word);
    }

    /** Takes, again and again, the first method of the list that nothing left over must precede. */
    private List<EfficiencyMethod> solve(Hook hook) {
        List<EfficiencyMethod> left = new ArrayList<>(methods);
        List<EfficiencyMethod> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            EfficiencyMethod next = left.stream()
                    .filter(candidate -> predecessor(candidate, left, hook).isEmpty())
                    .findFirst()
                    .orElseThrow(() -> contradiction(left, hook));
            left.remove(next);
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

    /** Each method left over has a predecessor there, so going back from any of them ends in a circle. */
    private static IllegalArgumentException contradiction(List<EfficiencyMethod> left, Hook hook) {
        List<EfficiencyMethod> path = new ArrayList<>();
        EfficiencyMethod method = left.get(0);
        while (!path.contains(method)) {
            path.add(0, method);
            method = predecessor(method, left, hook).orElseThrow();
        }
        List<EfficiencyMethod> circle = path.subList(0, path.indexOf(method) + 1);
        return new IllegalArgumentException("expected an order of methods at the hook " + hook + ", found that "
                + circle.stream().map(EfficiencyMethod::name).collect(Collectors.joining(" must precede "))
                + " must precede " + circle.get(0).name() + ": drop one of them");
    }

    private static boolean precedes(EfficiencyMethod one, EfficiencyMethod other, Hook hook) {
        return wants(one, other, hook, true) || wants(other, one, hook, false);
    }

    private static boolean wants(EfficiencyMethod who, EfficiencyMethod whom, Hook hook, boolean before) {
        return who.traits().orders().stream()
                .anyMatch(order -> order.hook() == hook
                        && order.before() == before
                        && (order.word().equals(Traits.ALL) || provides(whom, order.word())));
    }
}
