package org.vivace.estimate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.loss.Loss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vivace.torch.MemoryFormat;
import org.vivace.train.ForwardCall;

/** One pass of a model on symbolic arrays. */
final class SymbolicPass {

    private final Estimator estimator;
    private final RecipeEffects effects;
    private final MeasuredBlocks measured;
    private final Trace trace;
    private final MemoryFormat images;
    private final SymbolicParameters store;
    private final Recomputation recomputation;
    private final List<Shape> outputs = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /** @param measured blocks that cannot be followed; the pass throws {@link UnknownBlockException} at others */
    SymbolicPass(Estimator estimator, MeasuredBlocks measured) {
        this.estimator = estimator;
        this.measured = measured;
        effects = estimator.effects();
        trace = new Trace(estimator.device(), effects.precision(), measured);
        images = effects.images();
        store = new SymbolicParameters(trace, images);
        recomputation = new Recomputation(trace);
        notes.addAll(effects.notes());
    }

    Estimate step() {
        return withParameters(() -> {
            Loss loss = estimator.loss().orElseThrow();
            Update update = Update.of(estimator.optimizer().orElseThrow(), effects);
            long weights = weights();
            List<Shape> trained = trained();
            long gradients = trained.stream().mapToLong(Shape::size).sum() * Float.BYTES;
            MemoryLedger ledger = trace.ledger();
            ledger.storage(gradients).hold();
            ledger.storage(gradients * update.states()).hold();
            SymbolicOwner batch = trace.system().child();
            NDList data = laidOut(arrays(estimator.inputs(), batch));
            NDList labels = arrays(estimator.labels(), batch);
            trace.recordGradients(true);
            SymbolicArray result = evaluated(loss, labels, forward(data, labels));
            if (!result.differentiable()) {
                throw new IllegalArgumentException("expected a loss that depends on the model's parameters, found one"
                        + " whose gradient is cut off: check the model for casts, duplicates and frozen parameters");
            }
            long saved = trace.recordings().stream()
                    .flatMap(recording -> recording.savedStorages().stream())
                    .filter(new HashSet<MemoryLedger.Storage>()::add)
                    .mapToLong(MemoryLedger.Storage::bytes)
                    .sum();
            long kept = keep();
            recomputation.backward(result);
            long largest = trained.stream().mapToLong(Shape::size).max().orElse(0) * Float.BYTES;
            ledger.brieflyHeld(largest * update.temporaries());
            long kernels = CompiledKernels.bytes(trace.recordings(), estimator.device());
            Memory memory = new Memory(
                    weights,
                    gradients,
                    gradients * update.states(),
                    batchBytes(),
                    saved,
                    kept,
                    kernels,
                    ledger.peak() + kernels);
            return new Estimate(trace.recordings(), trained, memory, update, outputs, notes(), measured.leftOut());
        });
    }

    private static SymbolicArray evaluated(Loss loss, NDList labels, NDList predictions) {
        try {
            return TracedBlocks.symbol(loss.evaluate(labels, predictions));
        } catch (RefusedOperationException e) {
            throw e.in("the loss " + loss.getName());
        } catch (UnknownOperationException | CancellationException e) {
            throw e;
        } catch (RuntimeException e) {
            List<List<Shape>> given = Stream.of(labels, predictions)
                    .map(arrays -> arrays.stream().map(NDArray::getShape).toList())
                    .toList();
            throw new FailedBlockException("the loss " + loss.getName(), given, e);
        }
    }

    Estimate inference() {
        return withParameters(() -> {
            long weights = weights();
            SymbolicOwner batch = trace.system().child();
            forward(arrays(estimator.inputs(), batch), null);
            long kernels = CompiledKernels.bytes(trace.recordings(), estimator.device());
            Memory memory = new Memory(
                    weights,
                    0,
                    0,
                    batchBytes(),
                    0,
                    keep(),
                    kernels,
                    trace.ledger().peak() + kernels);
            return new Estimate(
                    trace.recordings(), trained(), memory, Update.none(), outputs, notes(), measured.leftOut());
        });
    }

    private long weights() {
        return SymbolicParameters.of(estimator.block())
                .mapToLong(parameter -> store.symbol(parameter).bytes())
                .sum();
    }

    private List<Shape> trained() {
        return SymbolicParameters.of(estimator.block())
                .filter(Parameter::requiresGradient)
                .map(SymbolicParameters::shape)
                .toList();
    }

    private NDList forward(NDList data, @Nullable NDList labels) {
        trace.enterAutocast();
        Block root = ForwardCall.around(
                estimator.block(),
                call -> measured.run(trace, new ForwardPass("", estimator.block(), call, call.inputs())));
        NDList predictions =
                labels == null ? root.forward(store, data, false, null) : root.forward(store, data, labels, null);
        trace.leaveAutocast();
        NDList full = new NDList();
        for (NDArray prediction : predictions) {
            SymbolicArray symbol = TracedBlocks.symbol(prediction);
            outputs.add(symbol.shape());
            full.add(Types.isLow(symbol.type()) ? Copies.widened(symbol).proxy() : prediction);
        }
        return full;
    }

    private List<String> notes() {
        return Stream.concat(notes.stream(), measured.notes().stream()).toList();
    }

    /** The bytes held by open arrays at the end of the forward pass. */
    private long keep() {
        return trace.recordings().stream().mapToLong(Recording::keep).sum();
    }

    private long batchBytes() {
        return estimator.inputs().stream().mapToLong(ArraySpec::bytes).sum()
                + estimator.labels().stream().mapToLong(ArraySpec::bytes).sum();
    }

    private NDList arrays(List<ArraySpec> specs, SymbolicOwner manager) {
        NDList arrays = new NDList();
        for (ArraySpec spec : specs) {
            NDArray array = manager.proxy().create(spec.shape(), spec.type());
            TracedBlocks.symbol(array).withData();
            arrays.add(array);
        }
        return arrays;
    }

    /** In training, images that the methods want in another layout are copied to it. */
    private NDList laidOut(NDList data) {
        NDList result = new NDList();
        for (NDArray array : data) {
            result.add(
                    images != MemoryFormat.CONTIGUOUS && array.getShape().dimension() == 4 ? images.of(array) : array);
        }
        return result;
    }

    /**
     * No parameter's shape depends on the batch, and DJL runs lambda blocks on real zeros to learn their shapes, so it
     * is given two rows: with one, a block that drops axes of one element would drop the batch's.
     */
    private void giveShapes(Block block, SymbolicOwner manager) {
        Shape[] shapes = estimator.inputs().stream()
                .map(spec -> spec.withBatch(Math.min(2, spec.shape().get(0))).shape())
                .toArray(Shape[]::new);
        try {
            block.initialize(manager.proxy(), DataType.FLOAT32, shapes);
        } catch (CancellationException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "expected inputs that fit the model, got shapes " + Arrays.toString(shapes)
                            + " for its first rows: " + FailedBlockException.complaint(e),
                    e);
        }
    }

    @FunctionalInterface
    private interface Work {
        Estimate done();
    }

    /** Gives the parameters that have none shapes during the work. */
    private Estimate withParameters(Work work) {
        Block block = estimator.block();
        boolean given = block.isInitialized();
        SymbolicOwner initial = trace.system().child();
        try (RecipeEffects.OperatedModel operated = effects.replaceBlocks(block)) {
            if (!given) {
                giveShapes(block, initial);
                // DJL considers parameters set while they have an array, open or not.
                initial.close();
                trace.ledger().forgetPeak();
            }
            requireImages();
            // Observed until the end, since a part of the forward pass may run again in the backward pass.
            RecipeEffects.Recomputed again = effects.recomputed(block, measured);
            notes.addAll(again.unseen());
            try (TracedBlocks traced = new TracedBlocks(trace, block, recomputation, again.paths(), measured)) {
                return work.done();
            }
        } finally {
            if (!given) {
                block.getParameters().values().stream()
                        .filter(parameter -> parameter.isInitialized() && Trace.isSymbolic(parameter.getArray()))
                        .forEach(Parameter::close);
            }
        }
    }

    private void requireImages() {
        boolean none = estimator.block().getParameters().values().stream()
                .noneMatch(parameter -> SymbolicParameters.shape(parameter).dimension() == 4);
        if (images != MemoryFormat.CONTIGUOUS && none) {
            throw new IllegalArgumentException("expected 2-d convolutions for a method that lays out images, found none"
                    + " in the model: drop the method");
        }
    }
}
