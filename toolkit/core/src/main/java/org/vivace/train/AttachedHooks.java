package org.vivace.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.nn.SymbolBlock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.vivace.torch.Arithmetic;
import org.vivace.torch.Autograd;
import org.vivace.torch.BackwardTape;
import org.vivace.torch.CudaKernels;
import org.vivace.torch.GradMode;
import org.vivace.torch.Gradients;
import org.vivace.torch.InterpretedScripts;

/** The hooks of one run, called at each place in the order that the recipe gives for it. */
final class AttachedHooks {

    private final Run run;
    private final Recipe recipe;
    // By identity: a method may be a record with mutable components, whose hash changes with them.
    private final Map<EfficiencyMethod, Hooks> hooks = new IdentityHashMap<>();
    private final StepLedger ledger;
    private boolean graphKept;
    private boolean torchScript;
    private boolean updateCanBeSkipped;

    AttachedHooks(Run run, Recipe recipe, StepLedger ledger) {
        this.run = run;
        this.recipe = recipe;
        this.ledger = ledger;
    }

    void attach() {
        for (EfficiencyMethod method : recipe.methods()) {
            Hooks attached = method.attach(run);
            hooks.put(method, attached);
            ledger.attached(method.name(), attached);
        }
        // A method that decides about each step needs to know what its decision depends on.
        updateCanBeSkipped = all().stream().anyMatch(Hooks::skipsOnDevice)
                && all().stream().noneMatch(each -> StepLedger.overrides(each, "stepsNow"));
    }

    /** In the order of the recipe; fewer than its methods if attaching one has failed. */
    List<Hooks> all() {
        return recipe.methods().stream()
                .filter(hooks::containsKey)
                .map(this::of)
                .toList();
    }

    private List<Hooks> at(Hook hook) {
        return recipe.at(hook).stream().map(this::of).toList();
    }

    private Hooks of(EfficiencyMethod method) {
        return Objects.requireNonNull(hooks.get(method), "a method is attached before its hooks are called");
    }

    void each(Hook hook, Consumer<Hooks> call) {
        at(hook).forEach(call);
    }

    void operate(Surgery surgery) {
        for (EfficiencyMethod method : recipe.at(Hook.MODEL)) {
            of(method).onModel(run, surgery.by(method.name()));
        }
    }

    /** Begins the run. */
    void start() {
        boolean none = recipe.methods().isEmpty();
        torchScript = hasTorchScript(run.model().getBlock());
        try (GradMode off = GradMode.off()) {
            run.trained().look();
            // Gradients left by a training that ended in the middle of a step would be added to this run's first ones.
            // Without methods, the first pass may create the weights, as in stock DJL.
            if (!none || run.model().getBlock().isInitialized()) {
                run.trained().zeroAllGradients();
            }
            each(Hook.START, each -> each.onStart(run));
        }
        if (!run.device().isGpu()) {
            Arithmetic.faults(run.model().getBlock(), recipe.precisions())
                    .forEach(fault -> run.note("this machine computes " + fault + ": do not trust this training"));
        }
        if (!none) {
            BackwardTape.watch();
        }
        ledger.begin();
    }

    /** The caller has zeroed the gradients, so the step starts again. */
    void zeroedGradients() {
        if (!recipe.methods().isEmpty()) {
            // DJL subtracts each gradient from itself, which does not clear values that are not finite.
            Gradients.zero(run.withGradients());
        }
        ledger.zeroed();
    }

    List<Phase> phases() {
        return all().stream().flatMap(each -> each.phases(run).stream()).toList();
    }

    Sample batch(Sample sample) {
        Sample result = sample;
        for (EfficiencyMethod method : recipe.at(Hook.BATCH)) {
            NDList before = result.labels();
            result = of(method).onBatch(run, result);
            if (!sameArrays(before, result.labels())) {
                changesLabels(method);
            }
        }
        return result;
    }

    private void changesLabels(EfficiencyMethod method) {
        if (!method.traits().provides().contains(Traits.CHANGED_LABELS)) {
            throw new IllegalStateException(
                    "expected " + method.name() + " to leave the labels as they are, or to declare that it changes"
                            + " them, got changed labels: add provides(Traits.CHANGED_LABELS) to its traits");
        }
        ledger.labelsChanged(method.name());
    }

    private static boolean sameArrays(NDList one, NDList other) {
        boolean same = one.size() == other.size();
        for (int i = 0; same && i < one.size(); i++) {
            same = one.get(i) == other.get(i);
        }
        return same;
    }

    /** The methods that change labels along with the data. */
    List<String> changingLabels() {
        return recipe.methods().stream()
                .filter(method -> method.traits().provides().contains(Traits.CHANGED_LABELS))
                .map(EfficiencyMethod::name)
                .toList();
    }

    NDList forward(Pass pass, Supplier<NDList> body) {
        Supplier<NDList> wrapped = body;
        for (Hooks each : innermostFirst(Hook.FORWARD)) {
            Supplier<NDList> inner = wrapped;
            wrapped = () -> each.aroundForward(run, pass, inner);
        }
        if (pass == Pass.TRAIN) {
            NDList predictions;
            try (CudaKernels.Scope kernels = kernels()) {
                predictions = training(wrapped);
            }
            if (!run.rehearsed() && Autograd.recording()) {
                ledger.forward();
            }
            return predictions;
        }
        try (GradMode scope = GradMode.off();
                CudaKernels.Scope kernels = kernels()) {
            return wrapped.get();
        }
    }

    private CudaKernels.Scope kernels() {
        return run.settings().kernels().map(CudaKernels::enter).orElse(() -> {});
    }

    private NDList training(Supplier<NDList> forward) {
        if (!torchScript || recipe.methods().isEmpty()) {
            return forward.get();
        }
        try (InterpretedScripts scope = InterpretedScripts.open()) {
            return forward.get();
        }
    }

    static boolean hasTorchScript(Block block) {
        return block instanceof SymbolBlock
                || block.getChildren().values().stream().anyMatch(AttachedHooks::hasTorchScript);
    }

    NDArray loss(NDArray loss, Sample sample, NDList predictions) {
        NDArray result = loss;
        ledger.loss();
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
            BackwardTape.continueBackward();
        };
        for (Hooks each : innermostFirst(Hook.BACKWARD)) {
            Hooks.Backward inner = wrapped;
            wrapped = value -> each.aroundBackward(run, value, inner);
        }
        try (CudaKernels.Scope kernels = kernels()) {
            wrapped.from(loss);
        } finally {
            graphKept = false;
        }
        if (!run.rehearsed()) {
            ledger.backward();
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

    /** The gradients' hooks, the update unless it is skipped, and the hooks after it. */
    void endStep(Runnable optimizerStep) {
        if (!hooks.isEmpty()) {
            ledger.requireWhole();
            if (run.step() == 0 && run.withGradients().size() == 0) {
                throw new IllegalStateException("expected a backward pass before the first step, got no gradient: call"
                        + " backward on the loss, within a gradient collector");
            }
        }
        each(Hook.GRADIENTS, each -> each.onGradients(run));
        run.loadAhead();
        Findings findings = run.findings();
        boolean finite = true;
        if (updateCanBeSkipped && findings.canWait(run.withGradients())) {
            findings.note(run.withGradients());
        } else {
            finite = findings.read(run.withGradients());
        }
        if (!stepsNow()) {
            Gradients.zero(run.withGradients());
        } else {
            if (!finite) {
                run.trained().requireFiniteGradients(run.step());
            }
            try (CudaKernels.Scope kernels = kernels()) {
                if (!update()) {
                    optimizerStep.run();
                }
            }
        }
        each(Hook.STEPPED, each -> each.onStepped(run));
    }

    /** Calls every method, also after one has returned false, because each counts its own steps. */
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
