package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.measure.Json;
import org.vivace.models.Gpt;
import org.vivace.models.ResNet9;
import org.vivace.models.TokenLoss;

/** At equal weights the models of notebooks/gpu-check.py have the parameters and the loss of ours. */
@Tag("slow")
class SameModelTest {

    private static String python;

    @TempDir
    private Path folder;

    @BeforeAll
    static void findPython() {
        assumeTrue(PythonTorch.find().isPresent(), "needs a Python with torch");
        python = PythonTorch.find().orElseThrow();
    }

    @Test
    void decoder() throws Exception {
        long[] ids = IntStream.range(0, 3 * 12).mapToLong(i -> 7L * i % 251).toArray();
        Block gpt = new Gpt(new Gpt.Settings(256, 24, 2, 3, 16, 0));
        double ours = loss(gpt, ids, DataType.INT64, new Shape(3, 12), new Shape(3, 12));
        assertThat(ours).isEqualTo(Math.log(256), within(0.2));
        assertThat(theirs("language", "--width=24", "--layers=2", "--heads=3", "--context=16", "--batch=3"))
                .isEqualTo(ours, within(1e-5));
    }

    @Test
    void resNet9() throws Exception {
        double[] pixels = IntStream.range(0, 6 * 3 * 32 * 32)
                .mapToDouble(i -> Math.sin(0.37 * i))
                .toArray();
        double ours = loss(
                new ResNet9(new ResNet9.Settings(16, 10, 3)),
                pixels,
                DataType.FLOAT32,
                new Shape(6, 3, 32, 32),
                new Shape(6));
        assertThat(theirs("vision", "--channels=16", "--batch=6")).isEqualTo(ours, within(1e-4 * ours));
    }

    private double theirs(String... sizes) throws Exception {
        List<String> command = new ArrayList<>(List.of(python, "gpu-check.py"));
        command.addAll(Arrays.asList(sizes));
        command.addAll(List.of("--device=cpu", "--weights=" + folder.resolve("weights.json")));
        CommandRun run = PythonTorch.run(command);
        assertThat(run.code()).as(run.err()).isZero();
        assertThatNoException().isThrownBy(() -> Double.parseDouble(run.out().strip()));
        return Double.parseDouble(run.out().strip());
    }

    /** The loss in training mode, and a file of what it was computed from. */
    private double loss(Block block, Object numbers, DataType type, Shape shape, Shape labelShape) throws Exception {
        try (Model model = Model.newInstance("same", Device.cpu(), "PyTorch")) {
            model.setBlock(block);
            DefaultTrainingConfig config =
                    new DefaultTrainingConfig(new TokenLoss()).optDevices(new Device[] {Device.cpu()});
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(shape);
                NDArray data = numbers instanceof long[] ids
                        ? trainer.getManager().create(ids, shape)
                        : trainer.getManager().create((double[]) numbers, shape).toType(type, false);
                NDArray labels = trainer.getManager()
                        .arange((int) labelShape.size())
                        .mod(10)
                        .toType(DataType.INT64, false)
                        .reshape(labelShape);
                write(block, numbers, shape, labels.toLongArray());
                try (GradientCollector collector = trainer.newGradientCollector()) {
                    NDList logits = trainer.forward(new NDList(data));
                    return trainer.getLoss()
                            .evaluate(new NDList(labels), logits)
                            .getFloat();
                }
            }
        }
    }

    private void write(Block block, Object numbers, Shape shape, long[] flatLabels) throws Exception {
        List<List<Double>> weights = new ArrayList<>();
        List<long[]> shapes = new ArrayList<>();
        for (Parameter parameter : block.getParameters().values()) {
            if (parameter.requiresGradient()) {
                shapes.add(parameter.getArray().getShape().getShape());
                List<Double> values = new ArrayList<>();
                for (float value : parameter.getArray().toFloatArray()) {
                    values.add((double) value);
                }
                weights.add(values);
            }
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("shapes", shapes);
        all.put("weights", weights);
        all.put("data", numbers);
        all.put("shape", shape.getShape());
        all.put("labels", flatLabels);
        Files.writeString(folder.resolve("weights.json"), Json.write(all));
    }
}
