package org.vivace.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.Supplier;
import org.vivace.torch.Autograd;
import org.vivace.torch.BackwardTape;
import org.vivace.torch.FusedUpdate;
import org.vivace.torch.Gradients;
import org.vivace.torch.LossScaling;
import org.vivace.torch.Precision;
import org.vivace.torch.ScaledPass;
import org.vivace.train.GradientDivergedException;
import org.vivace.train.Pass;
import org.vivace.train.Run;
import org.vivace.train.Sample;
import org.vivace.train.State;

/** fp16 with a loss scale, without which small gradients would be rounded to zero. */
final class ScaledPrecision extends MixedPrecision.LowPrecision {

    private final MixedPrecision.LossScale settings;
    private final NDManager manager;
    private final NDArray scale;
    private final NDArray tracker;
    private final NDArray found;
    private ScaledPass pass;
    private boolean finite = true;
    private float scaleBefore;
    private long skipped;

    ScaledPrecision(MixedPrecision.LossScale settings, Run run) {
        super(Precision.FLOAT16);
        this.settings = settings;
        manager = run.model().getNDManager().newSubManager();
        scale = manager.create(new float[] {(float) settings.initial()});
        tracker = manager.create(new int[] {0});
        found = manager.zeros(new Shape(1));
        pass = new ScaledPass(scale, found, run::withGradients);
    }

    @Override
    public Sample onBatch(Run run, Sample sample) {
        if (run.batchOfStep() == 0 && run.passOfBatch() == 0) {
            // An unfinished step may have left it set.
            found.subi(found);
        }
        pass = new ScaledPass(scale, found, run::withGradients);
        return new Sample(pass.enter(sample.data()), sample.labels());
    }

    @Override
    public NDList aroundForward(Run run, Pass kind, Supplier<NDList> forward) {
        NDList outputs = super.aroundForward(run, kind, forward);
        return kind == Pass.TRAIN && Autograd.recording() ? pass.leave(outputs, this) : outputs;
    }

    /**
     * Other methods may have changed the gradients after they were unscaled. The decision about the step is read with
     * the other values that the run waits for before its update.
     */
    @Override
    public void onGradients(Run run) {
        LossScaling.check(run.withGradients(), found);
        try (NDArray both = found.concat(scale)) {
            run.findings().add(both, values -> {
                finite = values[0] == 0;
                scaleBefore = values[1];
            });
        }
    }

    @Override
    public boolean stepsNow(Run run) {
        if (!finite && scaleBefore <= (float) settings.smallest()) {
            throw diverged(run);
        }
        LossScaling.update(scale, tracker, found, settings.growth(), settings.backoff(), settings.interval());
        if (!finite) {
            skipped++;
            if (scale.getFloat(0) < settings.smallest()) {
                FusedUpdate.fill(scale, settings.smallest());
            }
            run.note("MixedPrecision: step " + run.step() + " was skipped, because its gradients were not finite in"
                    + " fp16; the loss scale is now " + scale.getFloat(0));
        }
        return finite;
    }

    private GradientDivergedException diverged(Run run) {
        String parameter = run.findings().parameterWithoutFiniteGradient().orElse("a frozen parameter");
        Gradients.zero(run.withGradients());
        return new GradientDivergedException(
                run.step(),
                parameter,
                "MixedPrecision: expected finite gradients at the smallest loss scale, " + settings.smallest()
                        + ", got one that is not on " + parameter + " at step " + run.step()
                        + ": train in bf16, lower the learning rate or look at that batch");
    }

    @Override
    public void onEnd(Run run) {
        if (skipped > 0) {
            run.note("MixedPrecision: " + skipped + " of " + run.step() + " steps were skipped");
        }
    }

    @Override
    public void save(State.Writer state) {
        state.array("scale", scale);
        state.array("finite steps", tracker);
        state.number("skipped", skipped);
    }

    @Override
    public void load(State.Reader state) {
        state.array("scale", scale);
        state.array("finite steps", tracker);
        skipped = (long) state.number("skipped");
    }

    @Override
    public void onStepped(Run run) {
        BackwardTape.forget(this);
    }

    @Override
    public void close() {
        BackwardTape.forget(this);
        manager.close();
    }
}
