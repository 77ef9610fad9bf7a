package org.vivace.estimate;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.LocalParameterServer;
import ai.djl.training.optimizer.AdamW;
import ai.djl.training.optimizer.Optimizer;
import java.util.ArrayList;
import java.util.List;
import org.vivace.torch.Autograd;
import org.vivace.torch.DeviceWork;
import org.vivace.torch.FusedUpdate;
import org.vivace.torch.FusedUpdate.Decay;
import org.vivace.torch.GradMode;
import org.vivace.torch.TensorList;
import org.vivace.train.OptimizerSettings;

/** Times of optimizers' updates of parameters with random values. */
final class UpdateTimes {

    // The values do not matter, unless an update skips them.
    private static final double RATE = 1e-3;
    private static final double MOMENTUM = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private UpdateTimes() {}

    /** DJL's own update of one parameter, in seconds. */
    static RepeatedTiming<Double> own(Optimizer optimizer, Device device, long size) {
        try (NDManager manager = NDManager.newBaseManager(device);
                LocalParameterServer server = new LocalParameterServer(optimizer)) {
            NDArray[] weight = {weight(manager, size)};
            return seconds(device, () -> server.update("timed " + size, weight));
        }
    }

    /** One fused update of all parameters, which reads and writes each, its gradient and its state once, in seconds. */
    static RepeatedTiming<Double> fused(Optimizer optimizer, Device device, List<Long> sizes) {
        int states = OptimizerSettings.statesOf(optimizer);
        try (NDManager manager = NDManager.newBaseManager(device)) {
            List<NDArray> weights =
                    sizes.stream().map(size -> weight(manager, size)).toList();
            List<TensorList> kept = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                kept.add(TensorList.of(
                        i < states
                                ? weights.stream()
                                        .map(each -> FusedUpdate.zerosLike(each, manager))
                                        .toList()
                                : List.<NDArray>of()));
            }
            try (TensorList parameters = TensorList.of(weights);
                    TensorList first = kept.get(0);
                    TensorList second = kept.get(1)) {
                NDArray step = manager.create(1f);
                return seconds(device, () -> {
                    if (states < 2) {
                        FusedUpdate.sgdRateInMomentum(parameters, first, RATE, states == 0 ? 0 : MOMENTUM, 0);
                    } else {
                        boolean decoupled = optimizer instanceof AdamW;
                        FusedUpdate.adam(
                                decoupled ? Decay.DECOUPLED : Decay.IN_GRADIENT,
                                parameters,
                                first,
                                second,
                                step,
                                RATE,
                                MOMENTUM,
                                BETA2,
                                decoupled ? RATE : 0,
                                EPSILON);
                    }
                });
            }
        }
    }

    private static NDArray weight(NDManager manager, long size) {
        NDArray weight = manager.randomUniform(-1, 1, new Shape(size));
        weight.setRequiresGradient(true);
        try (GradMode mode = GradMode.on();
                NDArray sum = weight.sum()) {
            Autograd.backward(sum, false);
        }
        return weight;
    }

    /** The first repetition allocates state and compiles scripts. */
    private static RepeatedTiming<Double> seconds(Device device, Runnable update) {
        try (OtherMemory other = new OtherMemory(device)) {
            update.run();
            return RepeatedTiming.timed(device, () -> {
                other.touch();
                DeviceWork.await(device);
                long begin = System.nanoTime();
                update.run();
                DeviceWork.await(device);
                return (System.nanoTime() - begin) / 1e9;
            });
        }
    }
}
