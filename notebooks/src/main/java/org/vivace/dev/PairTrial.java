package org.vivace.dev;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.vivace.models.DecoderLayer;
import org.vivace.models.Gpt;
import org.vivace.models.TokenLoss;
import org.vivace.train.Catalogue;
import org.vivace.train.CatalogueEntry;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Recipe;
import org.vivace.train.RunSettings;

/** Two methods, in a given order, on the small models of this class: whether one of them trains, or why none does. */
final class PairTrial {

    private static final int STEPS = 3;
    private static final int BATCH = 4;
    private static final int WIDTH = 16;
    private static final Gpt.Settings SIZES = new Gpt.Settings(WIDTH, WIDTH, 2, 2, 64, 0);

    /** Text to a decoder, images to convolutions, and images to convolutions whose pixels a decoder's layer reads. */
    private enum Small {
        TEXT(() -> new Gpt(SIZES), new Shape(BATCH, WIDTH)),
        IMAGES(() -> classified(images()), new Shape(BATCH, WIDTH, 8, 8)),
        BOTH(() -> classified(images().add(new DecoderLayer(SIZES))), new Shape(BATCH, WIDTH, 8, 8));

        private final Supplier<Block> block;
        private final Shape input;

        Small(Supplier<Block> block, Shape input) {
            this.block = block;
            this.input = input;
        }

        private static SequentialBlock images() {
            return new SequentialBlock()
                    .add(convolution())
                    .add(Activation.reluBlock())
                    .add(new SequentialBlock().add(convolution()).add(Activation.reluBlock()))
                    .add(new LambdaBlock(PairTrial::pixels));
        }

        private static SequentialBlock classified(SequentialBlock pixels) {
            return pixels.add(new LambdaBlock(list -> new NDList(list.head().mean(new int[] {1}))))
                    .add(Linear.builder().setUnits(WIDTH).build());
        }

        private static Conv2d convolution() {
            return Conv2d.builder()
                    .setKernelShape(new Shape(3, 3))
                    .optPadding(new Shape(1, 1))
                    .setFilters(WIDTH)
                    .build();
        }

        private NDArray data(NDManager manager) {
            NDArray numbers = manager.arange((float) input.size()).mul(0.37f);
            return input.dimension() == 2
                    ? numbers.floor().mod(WIDTH).toType(DataType.INT64, false).reshape(input)
                    : numbers.sin().reshape(input);
        }

        /** A class for each position. */
        private NDArray labels(NDManager manager) {
            Shape shape = input.dimension() == 2 ? input : new Shape(BATCH);
            return manager.arange(shape.size())
                    .mod(WIDTH)
                    .toType(DataType.INT64, false)
                    .reshape(shape);
        }
    }

    private PairTrial() {}

    /** (batch, channels, height, width) to (batch, pixels, channels). */
    private static NDList pixels(NDList images) {
        NDArray array = images.head();
        Shape shape = array.getShape();
        return new NDList(array.reshape(shape.get(0), shape.get(1), -1).swapAxes(1, 2));
    }

    /** The methods of the catalogue that provide what one of the two needs and the other lacks. */
    static List<EfficiencyMethod> beside(EfficiencyMethod first, EfficiencyMethod second) {
        List<EfficiencyMethod> beside = new ArrayList<>();
        for (EfficiencyMethod method : List.of(first, second)) {
            for (String word : method.traits().needs().keySet()) {
                if (Stream.of(first, second).noneMatch(each -> provides(each, word))) {
                    Catalogue.all().stream()
                            .map(CatalogueEntry::byDefault)
                            .filter(each -> provides(each, word))
                            .findFirst()
                            .ifPresent(beside::add);
                }
            }
        }
        return beside;
    }

    private static boolean provides(EfficiencyMethod method, String word) {
        return method.name().equals(word) || method.traits().provides().contains(word);
    }

    /**
     * Trains {@value #STEPS} steps with the two in this order, and with those {@link #beside} them.
     *
     * @return empty if one of the models trains; else the reason, in a sentence
     */
    static Optional<String> refusal(EfficiencyMethod first, EfficiencyMethod second) {
        List<EfficiencyMethod> all = new ArrayList<>(beside(first, second));
        all.add(first);
        all.add(second);
        EfficiencyMethod[] recipe = all.toArray(EfficiencyMethod[]::new);
        try {
            Recipe.of(recipe);
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
        String why = "there is no model to train";
        for (Small small : Small.values()) {
            try {
                train(small, recipe);
                return Optional.empty();
            } catch (IllegalArgumentException | IllegalStateException e) {
                // The last model has every kind of block, so its reason is the most specific.
                why = String.valueOf(e.getMessage());
            }
        }
        return Optional.of(why);
    }

    private static void train(Small small, EfficiencyMethod... recipe) {
        DefaultTrainingConfig config = new DefaultTrainingConfig(new TokenLoss())
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(optimizer(recipe));
        RunSettings settings = RunSettings.none().seed(7).steps(STEPS);
        try (Model model = Model.newInstance("pair", Device.cpu(), "PyTorch")) {
            model.setBlock(small.block.get());
            try (EfficientTrainer trainer = new EfficientTrainer(model, config, settings, recipe)) {
                trainer.initialize(small.input);
                for (int step = 0; step < STEPS; step++) {
                    step(trainer, small, model.getNDManager());
                }
            }
        }
    }

    private static void step(EfficientTrainer trainer, Small small, NDManager owner) {
        try (NDManager batch = owner.newSubManager()) {
            float loss;
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDList labels = new NDList(small.labels(batch));
                NDList predictions = trainer.forward(new NDList(small.data(batch)), labels);
                NDArray value = trainer.getLoss().evaluate(labels, predictions);
                loss = value.getFloat();
                collector.backward(value);
            }
            if (!Float.isFinite(loss)) {
                throw new ArithmeticException("expected a finite loss of a pair of methods, got " + loss);
            }
            trainer.step();
        }
    }

    /** The one that the pair's fused optimizer replaces. */
    private static Optimizer optimizer(EfficiencyMethod... recipe) {
        Tracker rate = Tracker.fixed(0.01f);
        return List.of(recipe).stream().anyMatch(method -> method.name().equals("FusedAdamW"))
                ? Optimizer.adamW().optLearningRateTracker(rate).build()
                : Optimizer.sgd().setLearningRateTracker(rate).optMomentum(0.9f).build();
    }
}
