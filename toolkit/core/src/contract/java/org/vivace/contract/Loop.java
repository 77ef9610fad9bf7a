package org.vivace.contract;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import org.vivace.models.TokenLoss;
import org.vivace.train.Sample;

/**
 * Loops that users of DJL write by hand around a trainer. With a method, each loop must give the result of stock DJL,
 * or of a mathematically equal loop with the same method, or be refused.
 */
enum Loop {
    /** The loop of {@code EasyTrain}. */
    PLAIN {
        @Override
        void step(Trainer trainer, SmallModel small, NDManager batch, int step) {
            pass(trainer, small.batch(batch, step), 1);
            trainer.step();
        }
    },
    /** The collector comes from the engine, not from the trainer. */
    ENGINE_COLLECTOR(PLAIN) {
        @Override
        void step(Trainer trainer, SmallModel small, NDManager batch, int step) {
            Sample sample = small.batch(batch, step);
            try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
                collector.backward(loss(trainer, sample));
            }
            trainer.step();
        }
    },
    /** The model does not get the labels. */
    FORWARD_WITHOUT_LABELS(PLAIN) {
        @Override
        void step(Trainer trainer, SmallModel small, NDManager batch, int step) {
            Sample sample = small.batch(batch, step);
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDList predictions = trainer.forward(sample.data());
                collector.backward(trainer.getLoss().evaluate(sample.labels(), predictions));
            }
            trainer.step();
        }
    },
    /** The loss is the user's own object. */
    OWN_LOSS(PLAIN) {
        @Override
        void step(Trainer trainer, SmallModel small, NDManager batch, int step) {
            Loss own = new TokenLoss();
            Sample sample = small.batch(batch, step);
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDList labels = new NDList(sample.labels());
                NDList predictions = trainer.forward(sample.data(), labels);
                collector.backward(own.evaluate(labels, predictions));
            }
            trainer.step();
        }
    },
    /** Evaluations, and the loss of evaluations, come between all other calls. */
    EVALUATIONS_BETWEEN(PLAIN) {
        @Override
        void step(Trainer trainer, SmallModel small, NDManager batch, int step) {
            Sample other = small.batch(batch, step + 1);
            validate(trainer, other);
            pass(trainer, small.batch(batch, step), 1);
            validate(trainer, other);
            trainer.step();
            validate(trainer, other);
        }
    },
    /** Gradients of the two halves of a batch, added up: a forward and a backward pass for each. */
    TWO_COLLECTORS {
        @Override
        void step(Trainer trainer, SmallModel small, NDManager batch, int step) {
            for (Sample half : halves(small, batch, step)) {
                pass(trainer, half, 0.5);
            }
            trainer.step();
        }
    },
    /** Both backward passes under one collector. */
    TWO_BACKWARDS(TWO_COLLECTORS) {
        @Override
        void step(Trainer trainer, SmallModel small, NDManager batch, int step) {
            try (GradientCollector collector = trainer.newGradientCollector()) {
                for (Sample half : halves(small, batch, step)) {
                    collector.backward(loss(trainer, half).mul(0.5));
                }
            }
            trainer.step();
        }
    },
    /** Both forward passes before one backward pass, as in siamese and contrastive losses. */
    TWO_FORWARDS(TWO_COLLECTORS) {
        @Override
        void step(Trainer trainer, SmallModel small, NDManager batch, int step) {
            Sample[] halves = halves(small, batch, step);
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDList firstLabels = new NDList(halves[0].labels());
                NDList secondLabels = new NDList(halves[1].labels());
                NDList first = trainer.forward(halves[0].data(), firstLabels);
                NDList second = trainer.forward(halves[1].data(), secondLabels);
                Loss loss = trainer.getLoss();
                collector.backward(loss.evaluate(firstLabels, first)
                        .add(loss.evaluate(secondLabels, second))
                        .mul(0.5));
            }
            trainer.step();
        }
    },
    /** Gradients are clipped to a norm by hand before the step. */
    CLIPPING_BY_HAND {
        @Override
        void step(Trainer trainer, SmallModel small, NDManager batch, int step) {
            pass(trainer, small.batch(batch, step), 1);
            double squares = 0;
            for (Parameter parameter : trained(trainer)) {
                try (NDArray gradient = parameter.getArray().getGradient();
                        NDArray norm = gradient.norm()) {
                    squares += Math.pow(norm.getFloat(), 2);
                }
            }
            double factor = Math.min(1, 0.1 / Math.sqrt(squares));
            for (Parameter parameter : trained(trainer)) {
                try (NDArray gradient = parameter.getArray().getGradient()) {
                    gradient.muli(factor);
                }
            }
            trainer.step();
        }
    },
    /** The first block with weights is frozen at first and trained later. */
    UNFREEZING_A_BLOCK {
        @Override
        void before(Block root) {
            firstWithWeights(root).freezeParameters(true);
        }

        @Override
        void step(Trainer trainer, SmallModel small, NDManager batch, int step) {
            if (step == HALF) {
                // A batch norm's statistics are parameters too, which DJL never trains.
                firstWithWeights(trainer.getModel().getBlock())
                        .freezeParameters(
                                false,
                                parameter -> parameter.getType() != Parameter.Type.RUNNING_MEAN
                                        && parameter.getType() != Parameter.Type.RUNNING_VAR);
            }
            PLAIN.step(trainer, small, batch, step);
        }
    },
    /** The first block with weights is trained at first and frozen later. */
    FREEZING_A_BLOCK {
        @Override
        void step(Trainer trainer, SmallModel small, NDManager batch, int step) {
            if (step == HALF) {
                firstWithWeights(trainer.getModel().getBlock()).freezeParameters(true);
            }
            PLAIN.step(trainer, small, batch, step);
        }
    },
    /** The model's last parameter, alone, is frozen for two steps in the middle. */
    FREEZING_A_PARAMETER {
        @Override
        void step(Trainer trainer, SmallModel small, NDManager batch, int step) {
            if (step == 1 || step == STEPS - 1) {
                var all = trainer.getModel().getBlock().getParameters();
                all.valueAt(all.size() - 1).freeze(step == 1);
            }
            PLAIN.step(trainer, small, batch, step);
        }
    };

    static final int STEPS = 4;

    private static final int HALF = 2;

    private final Loop same;

    Loop() {
        this(null);
    }

    Loop(Loop same) {
        this.same = same;
    }

    /** A mathematically equal loop, or null if there is none. */
    Loop same() {
        return same;
    }

    /** Prepares the model before a trainer is created. */
    void before(Block root) {}

    abstract void step(Trainer trainer, SmallModel small, NDManager batch, int step);

    private static void pass(Trainer trainer, Sample sample, double share) {
        try (GradientCollector collector = trainer.newGradientCollector()) {
            NDArray loss = loss(trainer, sample);
            collector.backward(share == 1 ? loss : loss.mul(share));
        }
    }

    private static NDArray loss(Trainer trainer, Sample sample) {
        NDList labels = new NDList(sample.labels());
        NDList predictions = trainer.forward(sample.data(), labels);
        return trainer.getLoss().evaluate(labels, predictions);
    }

    private static void validate(Trainer trainer, Sample sample) {
        NDList predictions = trainer.evaluate(sample.data());
        trainer.getLoss().evaluate(sample.labels(), predictions).close();
    }

    private static Sample[] halves(SmallModel small, NDManager manager, int step) {
        int from = step * SmallModel.BATCH % SmallModel.EXAMPLES;
        int middle = from + SmallModel.BATCH / 2;
        return new Sample[] {
            small.examples(manager, from, middle), small.examples(manager, middle, from + SmallModel.BATCH)
        };
    }

    private static Iterable<Parameter> trained(Trainer trainer) {
        return trainer.getModel().getBlock().getParameters().values().stream()
                .filter(Parameter::requiresGradient)
                .toList();
    }

    /** The block that some loops freeze. */
    static Block firstWithWeights(Block root) {
        return root.getChildren().values().stream()
                .filter(child -> !child.getParameters().isEmpty())
                .findFirst()
                .orElseThrow();
    }
}
