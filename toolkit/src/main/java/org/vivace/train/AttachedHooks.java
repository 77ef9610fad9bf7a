package org.vivace.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.vivace.torch.Autograd;
import org.vivace.torch.GradMode;
import org.vivace.torch.Gradients;

/** The hooks of one run, called at each place in the order that the recipe gives for it. */
final class AttachedHooks {

    private final Run run;
    private final Recipe recipe;
    // By identity: a record of a method may hold what changes, and its hash with it.
    private final Map<EfficiencyMethod, Hooks> hooks = new IdentityHashMap<>();
    private boolean graphKept;

    AttachedHooks(Run run, Recipe recipe) {
        this.run = run;
        this.recipe = recipe;
    }

    void attach() {
        for (EfficiencyMethod method : recipe.methods()) {
            hooks.put(method, method.attach(run));
        }
    }

    /** In the order of the recipe; fewer than its methods where attaching has failed half-way. */
    List<Hooks> all() {
        return recipe.methods().stream()
                .filter(hooks::containsKey)
                .map(hooks::get)
                .toList();
    }

    private List<Hooks> at(Hook hook) {
        return recipe.at(hook).stream().map(hooks::get).toList();
    }

    void each(Hook hook, Consumer<Hooks> call) {
        at(hook).forEach(call);
    }

    void operate(Surgery surgery) {
        for (EfficiencyMethod method : recipe.at(Hook.MODEL)) {
            hooks.get(method).onModel(run, surgery.by(method.name()));
        }
    }

    List<Phase> phases() {
        return all().stream().flatMap(each -> each.phases(run).stream()).toList();
    }

    Sample batch(Sample sample) {
        Sample result = sample;
        for (Hooks each : at(Hook.BATCH)) {
            result = each.onBatch(run, result);
        }
        return result;
    }

    NDList forward(Pass pass, Supplier<NDList> body) {
        Supplier<NDList> wrapped = body;
        for (Hooks each : innermostFirst(Hook.FORWARD)) {
            Supplier<NDList> inner = wrapped;
            wrapped = () -> each.aroundForward(run, pass, inner);
        }
        if (pass == Pass.TRAIN) {
            return wrapped.get();
        }
        try (GradMode scope = GradMode.off()) {
            return wrapped.get();
        }
    }

    NDArray loss(NDArray loss, Sample sample, NDList predictions) {
        NDArray result = loss;
        for (Hooks each : at(Hook.LOSS)) {
            result = each.onLoss(run, result, sample, predictions);
        }
        return result;
    }

    void backward(NDArray loss, Hooks.Backward body) {
        Hooks.Backward wrapped = value -> {
            if (graphKept) {
                Autograd.backward(value, true);
            } else {
                body.from(value);
            }
        };
        for (Hooks each : innermostFirst(Hook.BACKWARD)) {
            Hooks.Backward inner = wrapped;
            wrapped = value -> each.aroundBackward(run, value, inner);
        }
        try {
            wrapped.from(loss);
        } finally {
            graphKept = false;
        }
    }

    /** Until the next backward pass is done. */
    void keepGraph() {
        graphKept = true;
    }

    private List<Hooks> innermostFirst(Hook hook) {
        List<Hooks> order = new ArrayList<>(at(hook));
        Collections.reverse(order);
        return order;
    }

    /** Gradients, update (or none), what comes after. */
    void endStep(Runnable optimizerStep) {
        each(Hook.GRADIENTS, each -> each.onGradients(run));
        if (!stepsNow()) {
            Gradients.zero(run.withGradients());
        } else {
            run.trained().requireFiniteGradients(run.step());
            if (!update()) {
                optimizerStep.run();
            }
        }
        each(Hook.STEPPED, each -> each.onStepped(run));
    }

    /** Asks every method, also after one has said no: each counts its own steps. */
    private boolean stepsNow() {
        boolean now = true;
        for (Hooks each : at(Hook.GRADIENTS)) {
            now &= each.stepsNow(run);
        }
        return now;
    }

    /** @return whether a method has made the update */
    private boolean update() {
        boolean done = false;
        for (Hooks each : at(Hook.UPDATE)) {
            done |= each.update(run);
        }
        return done;
    }
}
