package org.vivace.profile;

import ai.djl.Device;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Dataset;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.vivace.measure.Interval;
import org.vivace.measure.Progress;
import org.vivace.measure.Statistics;
import org.vivace.torch.DeviceWork;
import org.vivace.trace.Operators;

/** The steps of a {@link Profiler}, pass by pass: what one pass measures would disturb what another does. */
final class ProfiledSteps {

    private static final int WARMUP = 3;
    private static final int OPERATORS = 2;
    private static final int MEMORY = 5;
    /** Longer than what data sets fetch ahead. */
    private static final int LEAKS = 5;

    private final Trainer trainer;
    private final Dataset dataset;
    private final int steps;
    private final Consumer<Progress> onProgress;
    private final MemoryPass.Source source;
    private final TrainerStep step;
    private final Device device;
    private final List<String> notes = new ArrayList<>();
    private final int blockSteps;
    private final int allSteps;
    private final long begin = System.nanoTime();
    private int stepsDone;

    ProfiledSteps(
            Trainer trainer, Dataset dataset, int steps, Consumer<Progress> onProgress, MemoryPass.Source source) {
        this.trainer = trainer;
        this.dataset = dataset;
        this.source = source;
        this.steps = steps;
        this.onProgress = onProgress;
        step = new TrainerStep(trainer, dataset);
        device = trainer.getDevices()[0];
        blockSteps = Math.max(3, steps / 4);
        allSteps = WARMUP + 2 * steps + 2 * blockSteps + MEMORY + LEAKS + OPERATORS;
    }

    Profile profile() throws IOException, TranslateException {
        for (int i = 0; i < WARMUP; i++) {
            step("warm-up", TrainerStep.PhaseWatch.NONE);
        }
        StepClock clock = StepClock.on(device);
        Interval overhead = split(clock);
        return blocksAndMemory(clock, overhead);
    }

    /** The profile with a verdict. */
    Profile withVerdict(BottleneckAnalysis judge) throws IOException, TranslateException {
        Profile profile = profile();
        BottleneckAnalysis.Batches batches = new BottleneckAnalysis.Batches();
        step.onBatch(batches::look);
        Operators operators = OperatorPass.record(trainer.getModel(), OPERATORS, at -> step("operators", at));
        step.onBatch(batch -> {});
        return profile.withVerdict(
                operators,
                OPERATORS,
                judge.machine(),
                judge.judge(trainer, dataset, batches, profile, operators, OPERATORS));
    }

    private Profile blocksAndMemory(StepClock clock, Interval overhead) throws IOException, TranslateException {
        try (WatchedBlocks watched = WatchedBlocks.in(trainer.getModel().getBlock())) {
            notes.addAll(watched.obstacles());
            int count = watched.places().size();
            BlockClock forward = forward(watched, count);
            Optional<GraphCuts> backward = backward(watched, count, forward);
            MemoryPass memory = new MemoryPass(trainer, watched, source);
            List<MemoryWatch> seen = memory(memory);
            LeakWatch leaks = leaks(watched);
            HostWaits.in(device, () -> step("waits", TrainerStep.PhaseWatch.NONE))
                    .ifPresent(notes::add);
            return new Profile(
                    Statistics.intervalOfAmounts(millis(clock.stepNanos()), 0),
                    overhead,
                    clock.split(),
                    clock.millisByWhat(),
                    blocks(watched, forward, backward, seen),
                    memory.profile(seen, leaks.leaks()),
                    Optional.empty(),
                    0,
                    Optional.empty(),
                    Optional.empty(),
                    notes);
        }
    }

    private void step(String pass, TrainerStep.PhaseWatch at) throws IOException, TranslateException {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("expected the profile to finish, got an interrupt after " + stepsDone
                    + " of " + allSteps + " steps: start it again");
        }
        long spent = System.nanoTime() - begin;
        long left = stepsDone == 0 ? 0 : spent / stepsDone * (allSteps - stepsDone);
        onProgress.accept(new Progress(pass, "a step", (double) stepsDone / allSteps, Duration.ofNanos(left)));
        step.run(at);
        stepsDone++;
    }

    /** Steps timed as a whole and steps that are split, in turn, each kind first every other time. */
    private Interval split(StepClock clock) throws IOException, TranslateException {
        double[] whole = new double[steps];
        for (int i = 0; i < steps; i++) {
            if (i % 2 == 0) {
                whole[i] = wholeStep();
            }
            try (StepClock.End end = clock.step()) {
                step("split", clock);
            }
            if (i % 2 == 1) {
                whole[i] = wholeStep();
            }
        }
        double[] split = millis(clock.stepNanos());
        double[] logs = IntStream.range(0, steps)
                .mapToDouble(i -> Math.log(split[i] / whole[i]))
                .toArray();
        return Statistics.interval(logs, 0).map(log -> Math.exp(log) - 1);
    }

    private double wholeStep() throws IOException, TranslateException {
        DeviceWork.await(device);
        long start = System.nanoTime();
        step("split", TrainerStep.PhaseWatch.NONE);
        DeviceWork.await(device);
        return (System.nanoTime() - start) / 1e6;
    }

    private BlockClock forward(WatchedBlocks watched, int count) throws IOException, TranslateException {
        BlockClock forward = new BlockClock(device, count);
        timed("blocks, forward", watched, forward, forward::endStep);
        return forward;
    }

    /** Nothing where a block cuts the graph itself. */
    private Optional<GraphCuts> backward(WatchedBlocks watched, int count, BlockClock forward)
            throws IOException, TranslateException {
        if (forward.cutsItself() >= 0) {
            notes.add("the backward pass is not measured block by block, since "
                    + watched.places().get(forward.cutsItself()).path()
                    + " ends it and goes on from there by itself, as checkpointing does");
            return Optional.empty();
        }
        GraphCuts backward = new GraphCuts(device, count);
        timed("blocks, backward", watched, backward, backward::endStep);
        return Optional.of(backward);
    }

    private void timed(String pass, WatchedBlocks watched, WatchedBlocks.Watch watch, Runnable endStep)
            throws IOException, TranslateException {
        watched.watch(watch);
        for (int i = 0; i < blockSteps; i++) {
            step(pass, TrainerStep.PhaseWatch.NONE);
            endStep.run();
        }
    }

    private List<MemoryWatch> memory(MemoryPass memory) throws IOException, TranslateException {
        List<MemoryWatch> seen = new ArrayList<>();
        for (int i = 0; i < MEMORY; i++) {
            memory.step(at -> step("memory", at)).ifPresent(seen::add);
        }
        memory.obstacle().ifPresent(notes::add);
        return seen;
    }

    private LeakWatch leaks(WatchedBlocks watched) throws IOException, TranslateException {
        LeakWatch leaks = new LeakWatch(
                trainer.getModel().getNDManager(),
                block -> watched.places().get(block).path());
        watched.watch(leaks);
        step("leaks", leaks);
        watched.watchNoMore();
        for (int i = 1; i < LEAKS; i++) {
            step("leaks", TrainerStep.PhaseWatch.NONE);
        }
        return leaks;
    }

    private static List<BlockTime> blocks(
            WatchedBlocks watched, BlockClock forward, Optional<GraphCuts> backward, List<MemoryWatch> memory) {
        List<BlockTime> blocks = new ArrayList<>();
        for (int i = 0; i < watched.places().size(); i++) {
            int block = i;
            List<Integer> own = List.of(i);
            List<Integer> all = watched.below(i);
            blocks.add(new BlockTime(
                    watched.places().get(i).path(),
                    watched.places().get(i).block().getClass().getSimpleName(),
                    forward.callsAStep(i),
                    forward.nanos().millis(all),
                    forward.nanos().millis(own),
                    millis(backward, all),
                    millis(backward, own),
                    memory.isEmpty()
                            ? OptionalLong.empty()
                            : OptionalLong.of(MemoryPass.median(memory, each -> each.activations(block)))));
        }
        return blocks;
    }

    private static OptionalDouble millis(Optional<GraphCuts> backward, List<Integer> blocks) {
        return backward.stream()
                .mapToDouble(cuts -> cuts.nanos().millis(blocks))
                .findFirst();
    }

    private static double[] millis(List<Long> nanos) {
        return nanos.stream().mapToDouble(each -> each / 1e6).toArray();
    }
}
