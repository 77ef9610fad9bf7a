package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecipeTest {

    private record Fused(String optimizer, double clip) implements EfficiencyMethod {

        @Override
        public Traits traits() {
            return plain();
        }

        @Override
        public Hooks attach(Run run) {
            return new Hooks() {};
        }
    }

    private static Traits plain() {
        return Traits.of(Kind.LOSS, Equivalence.BIT_EQUAL);
    }

    private static Recording method(String name, Traits traits) {
        return new Recording(name, new ArrayList<>()).with(traits);
    }

    private static List<String> names(List<EfficiencyMethod> methods) {
        return methods.stream().map(EfficiencyMethod::name).toList();
    }

    @Test
    void keepsTheOrderGivenWhereNobodyAsksForAnother() {
        Recipe recipe = Recipe.of(method("B", plain()), method("A", plain()), method("C", plain()));

        assertThat(names(recipe.at(Hook.LOSS))).containsExactly("B", "A", "C");
    }

    @Test
    void ordersEachHookByItself() {
        Recipe recipe = Recipe.of(
                method("A", plain().after(Hook.MODEL, Traits.ALL)),
                method("B", plain()),
                method("C", plain().before(Hook.GRADIENTS, "B")));

        assertThat(names(recipe.at(Hook.MODEL))).containsExactly("B", "C", "A");
        assertThat(names(recipe.at(Hook.GRADIENTS))).containsExactly("A", "C", "B");
        assertThat(names(recipe.at(Hook.BATCH))).containsExactly("A", "B", "C");
    }

    @Test
    void ordersByAWordThatAnotherMethodProvides() {
        Recipe recipe = Recipe.of(
                method("A", plain().after(Hook.FORWARD, "autocast")), method("B", plain().provides("autocast")));

        assertThat(names(recipe.at(Hook.FORWARD))).containsExactly("B", "A");
    }

    @Test
    void goesThroughTheHooksAfterTheWorkInReverse() {
        Recipe recipe =
                Recipe.of(method("A", plain()), method("B", plain()), method("C", plain().before(Hook.STEPPED, "A")));

        assertThat(names(recipe.at(Hook.END))).containsExactly("C", "B", "A");
        assertThat(names(recipe.at(Hook.STEPPED))).containsExactly("A", "C", "B");
    }

    @Test
    void everyOrderIsAPermutationThatKeepsEveryWish() {
        Random random = new Random(5);
        for (int trial = 0; trial < 200; trial++) {
            int count = 1 + random.nextInt(7);
            List<Integer> hidden = new ArrayList<>(); // wishes that agree with some order never contradict each other
            for (int i = 0; i < count; i++) {
                hidden.add(random.nextInt(hidden.size() + 1), i);
            }
            List<Recording> methods = new ArrayList<>();
            List<int[]> wishes = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Traits traits = plain();
                for (int j = 0; j < count; j++) {
                    if (i != j && random.nextInt(4) == 0) {
                        boolean before = hidden.indexOf(i) < hidden.indexOf(j);
                        traits = before ? traits.before(Hook.LOSS, "M" + j) : traits.after(Hook.LOSS, "M" + j);
                        wishes.add(before ? new int[] {i, j} : new int[] {j, i});
                    }
                }
                methods.add(method("M" + i, traits));
            }

            List<String> order = names(Recipe.of(methods).at(Hook.LOSS));

            assertThat(order)
                    .containsExactlyInAnyOrderElementsOf(
                            methods.stream().map(Recording::name).toList());
            for (int[] wish : wishes) {
                assertThat(order.indexOf("M" + wish[0])).isLessThan(order.indexOf("M" + wish[1]));
            }
        }
    }

    @Test
    void refusesAMethodThatStandsTwice() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recipe.of(method("A", plain()), method("A", plain())))
                .withMessage("expected each method once in a recipe, got A twice: drop one of them");
    }

    @Test
    void refusesAMethodWithoutWhatItNeeds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Recipe.of(method("A", plain().needs("autocast", "it replaces a cast")), method("B", plain())))
                .withMessage("A needs autocast, because it replaces a cast; found A + B: add a method that provides it"
                        + " or drop A");
        assertThatIllegalArgumentException()
                .as("a method does not serve itself")
                .isThrownBy(() -> Recipe.of(method("A", plain().provides("x").needs("x", "of this"))))
                .withMessageStartingWith("A needs x");
    }

    @Test
    void takesAMethodWithWhatItNeeds() {
        Recipe recipe =
                Recipe.of(method("A", plain().needs("autocast", "of this")), method("B", plain().provides("autocast")));

        assertThat(recipe).hasToString("A + B");
    }

    @Test
    void refusesTwoThatClaimOneThing() {
        Traits claim = plain().claims("optimizer step", "a run has one update a step");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recipe.of(method("A", claim), method("B", plain()), method("C", claim)))
                .withMessage("A and C both claim the optimizer step, because a run has one update a step: drop one of"
                        + " them");
    }

    @Test
    void refusesAConflictWhicheverOfTheTwoDeclaresIt() {
        Recording shy = method("A", plain().conflictsWith("noise", "it averages"));
        Recording loud = method("B", plain().provides("noise"));
        String message = "A does not go together with B, because it averages: drop one of them";

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recipe.of(shy, loud))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recipe.of(loud, shy))
                .withMessage(message);
    }

    @Test
    void namesTheCircleOfWishesAndNobodyElse() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recipe.of(
                        method("Z", plain().after(Hook.LOSS, "A")),
                        method("A", plain().before(Hook.LOSS, "B")),
                        method("B", plain().before(Hook.LOSS, "C")),
                        method("C", plain().before(Hook.LOSS, "A"))))
                .withMessage("expected an order of methods at the hook LOSS, found that B must precede C must precede A"
                        + " must precede B: drop one of them");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recipe.of(
                        method("A", plain().before(Hook.LOSS, Traits.ALL)),
                        method("B", plain().before(Hook.LOSS, Traits.ALL))))
                .withMessage(
                        "expected an order of methods at the hook LOSS, found that B must precede A must precede B:"
                                + " drop one of them");
    }

    @Test
    void showsAMethodWithItsSettings() {
        assertThat(new Fused("adam", 0.5).label()).isEqualTo("Fused(adam, 0.5)");
        assertThat(Recipe.of(new Fused("adam", 0.5), method("A", plain()))).hasToString("Fused(adam, 0.5) + A");
        assertThat(Recipe.of()).hasToString("no methods");
    }
}
