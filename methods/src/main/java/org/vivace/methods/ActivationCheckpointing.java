package org.vivace.methods;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.vivace.torch.Autograd;
import org.vivace.torch.CheckpointTape;
import org.vivace.torch.Seeds;
import org.vivace.train.Effect;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;
import org.vivace.train.ForwardCall;
import org.vivace.train.Hook;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.Pass;
import org.vivace.train.Run;
import org.vivace.train.Sample;
import org.vivace.train.Surgery;
import org.vivace.train.Traits;

/**
 * Keeps only the inputs of chosen blocks during the forward pass and computes the rest again in the backward pass (<a
 * href="https://arxiv.org/abs/1604.06174">Chen et al. 2016</a>). This trades memory for one more forward pass, about a
 * third of a step.
 *
 * <p>Use it to fit a larger batch, a longer sequence or a deeper model. It does not make a step faster. Dropout is the
 * same both times, and batch norms count a batch once.
 *
 * @param every selects each {@code every}-th of the matching blocks, from the first; &ge; 1
 * @param named a regular expression that a block's path (child names joined by slashes) must contain; empty for the
 *     root's direct children that have children of their own, which are usually a network's layers
 */
public record ActivationCheckpointing(int every, String named) implements EfficiencyMethod {

    public ActivationCheckpointing {
        if (every < 1) {
            throw new IllegalArgumentException("ActivationCheckpointing: expected every >= 1, got " + every);
        }
        try {
            Pattern.compile(named);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "ActivationCheckpointing: expected a regular expression for the blocks' paths, got " + named, e);
        }
    }

    /** Every layer. */
    public ActivationCheckpointing() {
        this(1, "");
    }

    /** Each n-th layer: saves less memory and computes less again. */
    public static ActivationCheckpointing every(int n) {
        return new ActivationCheckpointing(n, "");
    }

    /** The blocks whose path contains a match of the expression, at any depth, the outermost ones first. */
    public static ActivationCheckpointing named(String expression) {
        return new ActivationCheckpointing(1, expression);
    }

    @Override
    public String label() {
        List<String> settings = new ArrayList<>();
        if (every > 1) {
            settings.add("every " + every);
        }
        if (!named.isEmpty()) {
            settings.add(named);
        }
        return settings.isEmpty() ? name() : name() + "(" + String.join(", ", settings) + ")";
    }

    @Override
    public Traits traits() {
        // Outside of all other surgery on the model, so that the second pass includes their changes.
        return Traits.of(Kind.MEMORY, Equivalence.WITHIN_TOLERANCE).after(Hook.MODEL, Traits.ALL);
    }

    @Override
    public List<Effect> effects() {
        return List.of(new Effect.Recomputation(places -> {
            Pattern pattern = Pattern.compile(named);
            List<Surgery.Place> chosen = new ArrayList<>();
            int fitting = 0;
            for (Surgery.Place place : places) {
                boolean inside = chosen.stream().anyMatch(outer -> place.path().startsWith(outer.path() + "/"));
                if (!inside && fits(place, pattern) && fitting++ % every == 0) {
                    chosen.add(place);
                }
            }
            return chosen;
        }));
    }

    private static boolean fits(Surgery.Place place, Pattern pattern) {
        if (pattern.pattern().isEmpty()) {
            return !place.path().contains("/") && !place.block().getChildren().isEmpty();
        }
        return pattern.matcher(place.path()).find();
    }

    /**
     * The block, checkpointed: in a recorded training pass {@code tape} runs it, otherwise it is unchanged.
     *
     * @param seeds the seed of each pass
     */
    public static Block checkpointed(Block block, CheckpointTape tape, LongSupplier seeds) {
        return ForwardCall.around(block, call -> {
            if (!call.training()) {
                return call.proceed();
            }
            // The first run records nothing; the second run is recorded.
            return tape.run(
                    inputs -> call.proceed(
                            Autograd.recording() ? new SecondPassStore(call.parameters()) : call.parameters(), inputs),
                    call.inputs(),
                    seeds.getAsLong());
        });
    }

    /** The parameters, with copies of the running statistics, which already include the batch. */
    private static final class SecondPassStore extends ParameterStore {

        private final ParameterStore given;

        SecondPassStore(ParameterStore given) {
            super(given.getManager(), false);
            this.given = given;
        }

        @Override
        public NDArray getValue(Parameter parameter, Device device, boolean training) {
            NDArray value = given.getValue(parameter, device, training);
            if (parameter == null) {
                return value;
            }
            return switch (parameter.getType()) {
                case RUNNING_MEAN, RUNNING_VAR -> value.duplicate();
                default -> value;
            };
        }
    }

    @Override
    public Hooks attach(Run run) {
        return new Checkpoints(this, run);
    }

    private static final class Checkpoints implements Hooks {

        private final ActivationCheckpointing settings;
        private final CheckpointTape tape = new CheckpointTape();
        private final long seed;
        private long passes;

        Checkpoints(ActivationCheckpointing settings, Run run) {
            this.settings = settings;
            this.seed = run.settings().seed().orElseGet(() -> new SplittableRandom().nextLong());
        }

        @Override
        public void onModel(Run run, Surgery surgery) {
            Pattern pattern = Pattern.compile(settings.named());
            int[] fitting = {0};
            surgery.replace(
                    "blocks to checkpoint",
                    place -> fits(place, pattern) && fitting[0]++ % settings.every() == 0,
                    block -> checkpointed(block, tape, () -> Seeds.derive(seed, "checkpoint", passes++)));
        }

        /** The backward pass pauses at the outputs of a checkpointed block, so nothing may change them in place. */
        @Override
        public NDList aroundForward(Run run, Pass pass, Supplier<NDList> forward) {
            try {
                return forward.get();
            } catch (EngineException e) {
                if (!String.valueOf(e.getMessage()).contains("leaf Variable that requires grad")) {
                    throw e;
                }
                throw new IllegalStateException(
                        "ActivationCheckpointing expected outputs of checkpointed blocks that stay as they are, found that"
                                + " what comes after one changes them in place: use the operation that makes a new array"
                                + " (add for addi), or exclude the block from checkpointing",
                        e);
            }
        }

        @Override
        public Sample onBatch(Run run, Sample sample) {
            long batch = Seeds.derive(Seeds.derive(seed, "step", run.step()), "batch", run.batchOfStep());
            passes = (run.passOfBatch() == 0 ? batch : Seeds.derive(batch, "pass", run.passOfBatch())) >>> 1;
            tape.keepWith(sample.data().head().getManager());
            return sample;
        }

        @Override
        public void onStepped(Run run) {
            tape.clear();
        }

        @Override
        public void close() {
            tape.clear();
        }
    }
}
