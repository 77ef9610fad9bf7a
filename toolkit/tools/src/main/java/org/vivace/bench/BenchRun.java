package org.vivace.bench;

import ai.djl.Device;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.TuningRecord;
import org.vivace.train.Recipe;

/** The measurements of a {@link Bench}, with their progress on a bar that the caller closes. */
public final class BenchRun {

    /** The batch is this many times as large at the quick size, where the model's memory is lost in the JVM's. */
    private static final int MEMORY_BATCHES = 16;

    private final Workload workload;
    private final Size size;
    private final BenchPlan plan;
    private final ProgressBar bar;
    private final Optional<String> command;
    private final Device device = LocalMachine.device();

    /** @param command the command line that records give for making them again; empty for a call in Java */
    BenchRun(Bench bench, ProgressBar bar, Optional<String> command) {
        this.workload = bench.workload();
        this.size = bench.size();
        this.plan = bench.plan();
        this.bar = bar;
        this.command = command;
    }

    /** See {@link Bench#time}. */
    public BenchRecord time() {
        return time("time", arms());
    }

    private BenchRecord time(String measurement, List<Arm> arms) {
        return StepTimes.measure(
                command(measurement),
                workload,
                LocalMachine.machine(),
                device,
                arms,
                plan.timing().on(bar));
    }

    /** See {@link Bench#profile}; with the operators for a trace file. */
    public StepProfile.Measured profile(ProfilePlan what) {
        bar.show(0, Duration.ZERO, "calibration");
        return StepProfile.measure(command("profile"), workload, plan.arm(), what, bar);
    }

    /** See {@link Bench#memory}. */
    BenchRecord memory() {
        Workload measured = size == Size.QUICK ? WorkloadSizes.withBatchTimes(workload, MEMORY_BATCHES) : workload;
        List<Arm> arms = arms();
        return StepMemories.measure(measured, arms, device, bar)
                .into(UntimedRecord.of(command("memory"), measured, arms));
    }

    /**
     * Memory, then step times, for a method that trades one for the other.
     *
     * @throws IllegalStateException if the memory was not measured
     */
    public BenchRecord memoryAndTime() {
        List<Arm> arms = arms();
        StepMemories memories = StepMemories.measure(workload, arms, device, bar);
        memories.requireAll();
        return memories.into(memories.withActivations(time("memoryAndTime", arms)));
    }

    /** See {@link Bench#train}. */
    BenchRecord train() {
        TrialRunner.heldOut(workload);
        Trainings trainings = plan.trainings();
        return trainings.seeds() >= 2
                ? trained(time(), record -> {})
                : new OneSeed(workload, Arm.of(plan.methods()), trainings.rate(workload), plan.steps(), device, bar)
                        .record(command("train"));
    }

    /**
     * Step times, then memory if {@code memory}, then the requested trainings.
     *
     * @param keep receives the record after each part is added
     */
    public BenchRecord all(boolean memory, Consumer<BenchRecord> keep) {
        boolean claims = plan.trainings().seeds() >= 2;
        if (claims) {
            TrialRunner.heldOut(workload);
            plan.trainings().earlier(workload);
        }
        List<Arm> arms = arms();
        BenchRecord record = time("time", arms);
        keep.accept(record);
        if (memory && !record.partial()) {
            record = withMemory(record, arms);
            keep.accept(record);
        }
        return claims ? trained(record, keep) : record;
    }

    private BenchRecord withMemory(BenchRecord record, List<Arm> arms) {
        try {
            return StepMemories.measure(workload, arms, device, bar).into(record);
        } catch (IllegalArgumentException e) {
            // Another JVM cannot make the workload or a method; the other measurements are kept.
            return record.withNote("no memory was measured: " + e.getMessage());
        }
    }

    private BenchRecord trained(BenchRecord times, Consumer<BenchRecord> keep) {
        return plan.trainings().into(times, workload, Arm.of(plan.methods()), new QualityRace.Saving(bar, keep));
    }

    /** See {@link Bench#tune}. */
    public TuningRecord tune() {
        TrialRunner.heldOut(workload);
        return new LearningRateSearch(
                        workload, plan.arm(), plan.steps(), now -> bar.show(now.share(), now.left(), now.doing()))
                .run(command("tune"));
    }

    private List<Arm> arms() {
        return Arm.all(plan.recipes());
    }

    /** How to make the record again: a command line if there is one, else the call in Java. */
    private String command(String measurement) {
        return command.or(() -> measurement.equals("time") ? commandLine() : Optional.empty())
                .orElseGet(() -> inCode(measurement));
    }

    private Optional<String> commandLine() {
        List<String> more = new ArrayList<>(List.of(
                "--steps",
                Integer.toString(2 * plan.timing().rounds()),
                "--seconds",
                Double.toString(plan.timing().seconds())));
        plan.parts().forEach(each -> more.add(each.option()));
        more.add("--no-memory");
        return CommandText.bench(workload, plan.methods(), more);
    }

    private String inCode(String measurement) {
        String recipe = String.join(", ", Recipe.of(plan.methods()).labels());
        return "Bench.of(" + workload.name() + ").with(" + recipe + ")." + measurement + "()";
    }
}
