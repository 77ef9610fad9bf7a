package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.optimizer.Sgd;
import ai.djl.training.tracker.Tracker;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vivace.torch.FusedUpdate.Decay;
import org.vivace.train.OptimizerSettings.AdamSettings;
import org.vivace.train.OptimizerSettings.SgdSettings;

class OptimizerSettingsTest {

    private final Model model = Model.newInstance("settings", Device.cpu(), "PyTorch");
    private final Parameter parameter =
            Parameter.builder().setName("w").setType(Parameter.Type.WEIGHT).build();

    private Run run(Optimizer optimizer) {
        model.setBlock(Linear.builder().setUnits(1).build());
        return Run.of(model, RunSettings.none().optimizer(optimizer));
    }

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void areThoseOfAdam() {
        AdamSettings read = OptimizerSettings.adam(
                "X",
                run(Optimizer.adam()
                        .optBeta1(0.5f)
                        .optBeta2(0.75f)
                        .optEpsilon(0.125f)
                        .optWeightDecays(0.25f)
                        .setRescaleGrad(2)
                        .optClipGrad(4)
                        .optBeginNumUpdate(6)
                        .optLearningRateTracker((id, update) -> update)
                        .build()));
        assertThat(read.beta1()).isEqualTo(0.5);
        assertThat(read.beta2()).isEqualTo(0.75);
        assertThat(read.epsilon()).isEqualTo(0.125);
        assertThat(read.decay()).isEqualTo(Decay.IN_GRADIENT);
        assertThat(read.common().weightDecay()).isEqualTo(0.25);
        assertThat(read.common().rescale()).isEqualTo(2);
        assertThat(read.common().clip()).isEqualTo(OptionalDouble.of(4));
        assertThat(read.common().learningRate(parameter, 3)).isEqualTo(9);
    }

    @Test
    void areDjlsDefaultsWhereNothingWasSet() {
        AdamSettings read = OptimizerSettings.adam("X", run(Optimizer.adamW().build()));
        assertThat(read.decay()).isEqualTo(Decay.DECOUPLED);
        assertThat(read.common().weightDecay()).isEqualTo(0.01f);
        assertThat(read.common().rescale()).isEqualTo(1);
        assertThat(read.common().clip()).isEmpty();
        assertThat(read.common().updatesBefore()).isZero();
        assertThat(read.common().learningRate(parameter, 1)).isEqualTo(0.001f);
    }

    @Test
    void areThoseOfSgd() {
        SgdSettings read =
                OptimizerSettings.sgd("X", run(sgd(0.5).optMomentum(0.75f).build()));
        assertThat(read.momentum()).isEqualTo(0.75);
        assertThat(read.common().learningRate(parameter, 1)).isEqualTo(0.5);
    }

    @Test
    void areAskedOfAnOptimizerThatIsStock() {
        model.setBlock(Linear.builder().setUnits(1).build());
        assertThatThrownBy(() -> OptimizerSettings.adam("X", Run.of(model, RunSettings.none())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("X expected DJL's Adam or AdamW as the run's optimizer, got none: give it in"
                        + " RunSettings.optimizer(…) or the training config");
        assertThatThrownBy(() -> OptimizerSettings.sgd("X", run(Optimizer.adam().build())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("X expected DJL's Sgd as the run's optimizer, got Adam: give the run one that X can"
                        + " replace, or drop X");
        assertThatThrownBy(() -> OptimizerSettings.sgd("X", run(new Sgd(sgd(1)) {})))
                .hasMessage("X expected DJL's Sgd as the run's optimizer, got an anonymous subclass: give the run one"
                        + " that X can replace, or drop X");
    }

    @Test
    void areThoseOfWhicheverOfTheThreeTheRunHas() {
        Optimizer adamW = Optimizer.adamW().build();
        assertThat(OptimizerSettings.any("X", run(adamW))).isEqualTo(OptimizerSettings.adam("X", run(adamW)));
        Optimizer sgd = sgd(0.5).build();
        assertThat(OptimizerSettings.any("X", run(sgd))).isEqualTo(OptimizerSettings.sgd("X", run(sgd)));
        assertThatThrownBy(
                        () -> OptimizerSettings.any("X", run(Optimizer.adagrad().build())))
                .hasMessage("X expected DJL's Adam, AdamW or Sgd as the run's optimizer, got Adagrad: give the run one"
                        + " that X can replace, or drop X");
    }

    @Test
    void refuseAClippingThatLeavesNothing() {
        assertThatThrownBy(() ->
                        OptimizerSettings.sgd("X", run(sgd(1).optClipGrad(0).build())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the optimizer's clipGrad must be > 0, or < 0 for no clipping, got 0.0: it would leave no"
                        + " gradient");
    }

    @Test
    void refuseARateThatIsNotFinite() {
        SgdSettings read = OptimizerSettings.sgd("X", run(sgd(Double.NaN).build()));
        assertThatThrownBy(() -> read.common().learningRate(parameter, 7))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "expected a finite learning rate at update 7, got NaN: correct the optimizer's learning-rate"
                                + " tracker");
    }

    private static Sgd.Builder sgd(double rate) {
        return Optimizer.sgd().setLearningRateTracker(Tracker.fixed((float) rate));
    }
}
