package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.util.PairList;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vivace.contract.SmallModel;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;

/** Trainings on several devices; here each of them is the CPU, with copies of the weights as on another device. */
class SeveralDevicesTest {

    private static final Device CPU = Device.cpu();

    /** Notes whether a pass works on the model's own weight, and how many examples it gets. */
    private static final class Watched extends AbstractBlock {

        private final Parameter weight = addParameter(Parameter.builder()
                .setName("weight")
                .setType(Parameter.Type.WEIGHT)
                .optShape(new Shape(5, 3))
                .build());
        private final List<Boolean> own = new ArrayList<>();
        private final List<Long> examples = new ArrayList<>();
        private final List<PtNDArray> copies = new ArrayList<>();
        private final List<Long> open = new ArrayList<>();

        @Override
        protected NDList forwardInternal(
                ParameterStore store, NDList inputs, boolean training, PairList<String, Object> options) {
            NDArray value = store.getValue(weight, inputs.head().getDevice(), training);
            open.add(copies.stream().filter(copy -> !copy.isReleased()).count());
            own.add(value == weight.getArray());
            if (value != weight.getArray()) {
                copies.add((PtNDArray) value);
            }
            examples.add(inputs.head().getShape().get(0));
            return new NDList(inputs.head().dot(value));
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputs) {
            return new Shape[] {new Shape(inputs[0].get(0), 3)};
        }
    }

    private static float[] trained(int size, UnaryOperator<Training> change) throws Exception {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0))) {
            Training training = SmallTraining.training(model)
                    .seed(3)
                    .optimizer(rate -> SmallTraining.sgd())
                    .epochs(2);
            change.apply(training).fit(SmallTraining.points(model.getNDManager(), size, false));
            return Weights.of(model).values();
        }
    }

    /** With 22 examples the last batch has two, which four devices cannot share evenly; with 21 it has one. */
    @ParameterizedTest
    @ValueSource(ints = {24, 23, 22, 21})
    void aStepIsThatOfOneDevice(int size) throws Exception {
        float[] one = trained(size, training -> training);
        for (int count : new int[] {2, 3, 4}) {
            Device[] devices = new Device[count];
            Arrays.fill(devices, CPU);
            assertThat(trained(size, training -> training.devices(devices)))
                    .as("%d devices", count)
                    .usingComparatorWithPrecision(1e-6f)
                    .containsExactly(one);
        }
    }

    @Test
    void devicesTakeTurnsAndOnlyTheFirstHasTheWeights() throws Exception {
        Watched watched = new Watched();
        try (Model model = SmallTraining.model(watched)) {
            SmallTraining.training(model)
                    .devices(CPU, CPU)
                    .microBatches(2)
                    .steps(1)
                    .fit(SmallTraining.points(model.getNDManager(), 4, false));
        }
        assertThat(watched.own).containsExactly(true, false, true, false);
        assertThat(watched.examples).containsExactly(1L, 1L, 1L, 1L);
        assertThat(watched.open).as("copies of earlier passes").containsOnly(0L);
        assertThat(watched.copies).hasSize(2).allMatch(PtNDArray::isReleased);
    }

    @Test
    void anUnevenBatchGoesToTheDevicesInNearlyEqualParts() throws Exception {
        Watched watched = new Watched();
        try (Model model = SmallTraining.model(watched)) {
            SmallTraining.training(model)
                    .devices(CPU, CPU, CPU)
                    .epochs(1)
                    .fit(SmallTraining.points(model.getNDManager(), 6, false));
        }
        assertThat(watched.examples).as("of 4, then of 2").containsExactly(1L, 1L, 2L, 1L, 1L);
        assertThat(watched.own).containsExactly(true, false, false, true, false);
    }

    /** DJL's own loop adds up the gradients of each device's mean loss; half the rate gives the mean over the batch. */
    @Test
    void djlsOwnLoopAddsUpTheGradientsOfTheDevices() throws Exception {
        float[] one = trained(24, training -> training);
        try (Model model = SmallTraining.model(SmallTraining.mlp(0))) {
            DefaultTrainingConfig config = SmallTraining.config(SmallTraining.classes(), SmallTraining.sgd(0.05, 0, 0))
                    .optDevices(new Device[] {CPU, CPU});
            try (Trainer trainer =
                    new EfficientTrainer(model, config, RunSettings.none().seed(3))) {
                trainer.initialize(SmallTraining.POINTS);
                assertThat(trainer.getDevices()).containsExactly(CPU, CPU);
                EasyTrain.fit(trainer, 2, SmallTraining.points(model.getNDManager(), false), null);
            }
            assertThat(Weights.of(model).values())
                    .usingComparatorWithPrecision(1e-6f)
                    .containsExactly(one);
        }
    }

    @Test
    void runningStatisticsAreThoseOfTheFirstDevice() throws Exception {
        BatchNorm norm = BatchNorm.builder().optMomentum(0.5f).build();
        Block block =
                new SequentialBlock().add(norm).add(Linear.builder().setUnits(3).build());
        try (Model model = SmallTraining.model(block)) {
            NDManager manager = model.getNDManager();
            NDArray data = manager.arange(20f).reshape(4, 5);
            ArrayDataset one = new ArrayDataset.Builder()
                    .setData(data)
                    .optLabels(manager.arange(4f).mod(3))
                    .setSampling(4, false)
                    .build();
            SmallTraining.training(model).devices(CPU, CPU).steps(1).fit(one);
            NDArray mean = norm.getParameters().get("runningMean").getArray();
            // Of rows 0 to 4 and 5 to 9, the first device's half, from a mean of 0 and with momentum 0.5.
            assertThat(mean.toFloatArray()).containsExactly(1.25f, 1.75f, 2.25f, 2.75f, 3.25f);
        }
    }

    @Test
    void copiesCloseWithTheirBatch() throws Exception {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0))) {
            List<Integer> managed = new ArrayList<>();
            SmallTraining.training(model)
                    .devices(CPU, CPU)
                    .steps(6)
                    .onStep(point ->
                            managed.add(model.getNDManager().getManagedArrays().size()))
                    .fit(SmallTraining.points(model.getNDManager(), false));
            assertThat(managed.subList(1, 6)).containsOnly(managed.get(1));
        }
    }

    @Test
    void evaluationOnAnotherDeviceUsesTheWeightsOfThatMoment() {
        try (Model model = SmallTraining.model(SmallTraining.mlp(0));
                NDManager manager = NDManager.newBaseManager(CPU, "PyTorch")) {
            model.getBlock().initialize(manager, DataType.FLOAT32, SmallTraining.POINTS);
            List<NamedParameter> parameters = new TrainedParameters(model).every();
            NDList input = new NDList(manager.arange(20f).reshape(4, 5));
            NDArray before = with(model.getBlock(), parameters, manager, input);
            parameters.get(0).array().muli(2);
            NDArray after = with(model.getBlock(), parameters, manager, input);
            NDArray own = model.getBlock()
                    .forward(new ParameterStore(manager, false), input, false)
                    .head();
            assertThat(after).isEqualTo(own).isNotEqualTo(before);
        }
    }

    private static NDArray with(Block block, List<NamedParameter> parameters, NDManager manager, NDList input) {
        return block.forward(new CopiedParameters(parameters, CPU, manager), input, false)
                .head();
    }

    @Test
    void aParameterThatTheModelDoesNotListIsRefused() {
        try (Model model = SmallTraining.model(new Watched());
                NDManager manager = NDManager.newBaseManager(CPU, "PyTorch")) {
            CopiedParameters none = new CopiedParameters(List.of(), CPU, manager);
            Parameter unlisted = ((Watched) model.getBlock()).weight;
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> none.getValue(unlisted, CPU, true))
                    .withMessage("expected weight among the model's parameters, found it in a block only: add it with"
                            + " addParameter");
            assertThat(none.getValue(null, CPU, true)).isNull();
        }
    }

    @Test
    void whatCannotTrainOnSeveralDevicesIsRefused() {
        DefaultTrainingConfig config = SmallTraining.config(SmallTraining.classes(), SmallTraining.adam())
                .optDevices(new Device[] {CPU, CPU});
        try (Model script = SmallModel.SCRIPT.open()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new EfficientTrainer(script, config))
                    .withMessage("expected a model of DJL's blocks to train on several devices, got one with a"
                            + " TorchScript module, whose weights stay on one: name the model's device only");
        }
        try (Model model = SmallTraining.model(SmallTraining.mlp(0))) {
            config.optExecutorService(ForkJoinPool.commonPool());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new EfficientTrainer(model, config))
                    .withMessage("expected no executor service with several devices, which one thread keeps busy, got"
                            + " one: leave out optExecutorService");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Training.of(model).devices(Device.gpu(0), CPU))
                    .withMessage("expected devices of one type, the model's cpu() as the first, got [gpu(0), cpu()]:"
                            + " call optDevices on the config, or devices on the training");
        }
    }

    private static NDArray on(Device device, Shape shape) {
        return (NDArray) Proxy.newProxyInstance(
                NDArray.class.getClassLoader(),
                new Class<?>[] {NDArray.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getDevice" -> device;
                    case "getShape" -> shape;
                    default -> throw new AssertionError(method);
                });
    }

    @Test
    void aPassIsMadeWhereItsDataAre() {
        RunDevices two = RunDevices.of(Device.gpu(0), Device.gpu(0), Device.gpu(1));
        Shape batch = new Shape(4, 5);
        assertThat(two.of(on(Device.gpu(1), batch), 0)).isEqualTo(1);
        assertThat(two.of(on(Device.gpu(1), batch), 1)).isEqualTo(1);
        assertThat(two.of(on(Device.gpu(0), batch), 5)).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> two.of(on(Device.gpu(2), batch), 0))
                .withMessage("expected data on one of the run's devices [gpu(0), gpu(1)], got some on gpu(2): move them"
                        + " there, or name that device in the config");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> two.of(on(Device.gpu(1), new Shape(0, 5)), 0))
                .withMessage("expected at least one example for each device, got none on gpu(1): DJL splits a small"
                        + " last batch so that a device may get none; drop it, or train with Training");
    }

    @Test
    void aLoopOfOnesOwnTrainsOnTheModelsDevice() {
        RunDevices.requireOwn(Device.gpu(0), on(Device.gpu(0), new Shape(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RunDevices.requireOwn(Device.gpu(0), on(Device.gpu(1), new Shape(1))))
                .withMessage("expected the data on the model's device gpu(0), found them on gpu(1): move them there, or"
                        + " train on several devices with Training or EfficientTrainer");
    }
}
