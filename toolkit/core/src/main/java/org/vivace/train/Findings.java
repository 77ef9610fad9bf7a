package org.vivace.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.vivace.torch.Autograd;
import org.vivace.torch.Copy;
import org.vivace.torch.Finite;
import org.vivace.torch.FusedUpdate;
import org.vivace.torch.GradMode;
import org.vivace.torch.Gradients;
import org.vivace.torch.TensorList;

/**
 * What a run reads from its device. To read a value, a GPU's host waits for all that the device has still to do. So a
 * run reads at most once a step, before the update, and a method that needs values adds them here.
 *
 * <p>If nothing that was added in a step decides about it, and its update can be left out on the device ({@link
 * Hooks#skipsOnDevice}), the step is read later, with the following ones. Until then the device itself notes whether a
 * loss or a gradient is not finite, and makes no update from then on.
 */
public final class Findings {

    /** What values mean for their step. */
    private enum Role {
        /** The step depends on them in some way, so they are read before the update. */
        DECIDES,
        /** The update depends on whether they are finite, which the device can see. */
        LOSS,
        REPORT
    }

    private record Finding(NDArray values, int size, Role role, Consumer<float[]> use) {}

    /** @param values those of the findings one after another, and what {@link Finite#note} adds */
    private record NotedStep(long step, NDArray values, int size, List<Finding> findings, TensorList parameters) {}

    private final Run run;
    private final List<Finding> found = new ArrayList<>();
    private final List<NotedStep> unread = new ArrayList<>();
    private @Nullable NDManager manager;
    private @Nullable NDArray flag;

    Findings(Run run) {
        this.run = run;
    }

    /**
     * Has values read before the update of this step. In the pre-flight, which makes no update, they are not read.
     *
     * @param values on one of the run's devices, of any shape and type; may be closed before they are read
     * @param use gets them in fp32, after every {@link Hooks#onGradients} and before any {@link Hooks#stepsNow}, in the
     *     order in which they were added; what it throws ends the step
     */
    public void add(NDArray values, Consumer<float[]> use) {
        add(values, Role.DECIDES, use);
    }

    /**
     * Has values read that this step does not depend on, with it or with one of the steps that follow, {@link
     * RunSettings#readEvery}, or at the end of the run. Arguments as for {@link #add}.
     */
    public void addForLater(NDArray values, Consumer<float[]> use) {
        add(values, Role.REPORT, use);
    }

    /** The same for a loss; if it is not finite, no update is made. */
    void addLoss(NDArray loss, Consumer<float[]> use) {
        add(loss, Role.LOSS, use);
    }

    private void add(NDArray values, Role role, Consumer<float[]> use) {
        if (!run.rehearsed()) {
            found.add(new Finding(here(values), Math.toIntExact(values.size()), role, use));
        }
    }

    private NDManager manager() {
        if (manager == null) {
            manager = run.model().getNDManager().newSubManager();
        }
        return manager;
    }

    private NDArray here(NDArray values) {
        if (values.getDevice().equals(run.device())) {
            return Autograd.handle(values, manager());
        }
        try (GradMode off = GradMode.off()) {
            return Copy.toDevice(List.of(values), run.device(), manager()).head();
        }
    }

    private int every() {
        return run.settings().readEvery(run.device());
    }

    /** Whether this step can be read with others. */
    boolean canWait(TensorList parameters) {
        return every() > 1
                && parameters.size() > 0
                && found.stream().noneMatch(finding -> finding.role() == Role.DECIDES);
    }

    /**
     * Ends the findings of a step that is read later, or now, together with those that were noted before.
     *
     * @throws GradientDivergedException if it is now, and a gradient was not finite in one of them
     */
    void note(TensorList parameters) {
        if (flag == null) {
            flag = manager().zeros(new Shape(1));
        }
        List<Finding> now = takeFound();
        NDArray values;
        try {
            values = Finite.note(flag, arrays(now), arrays(losses(now)), parameters, manager());
        } finally {
            now.forEach(finding -> finding.values().close());
        }
        unread.add(new NotedStep(run.step(), values, Math.toIntExact(values.size()), now, parameters));
        if (unread.size() >= every()) {
            readNoted();
        }
    }

    private List<Finding> takeFound() {
        List<Finding> now = List.copyOf(found);
        found.clear();
        return now;
    }

    private static List<NDArray> arrays(List<Finding> findings) {
        return findings.stream().map(Finding::values).toList();
    }

    private static List<Finding> losses(List<Finding> findings) {
        return findings.stream().filter(finding -> finding.role() == Role.LOSS).toList();
    }

    boolean anyUnread() {
        return !unread.isEmpty();
    }

    /** The device's own note, during the update of a step that is read later: 1 if the update is to be left out. */
    Optional<NDArray> flag() {
        return anyUnread() ? Optional.ofNullable(flag) : Optional.empty();
    }

    /**
     * Reads the steps that were noted only.
     *
     * @throws GradientDivergedException if a gradient was not finite in one of them
     */
    void readNoted() {
        if (unread.isEmpty()) {
            return;
        }
        List<NotedStep> steps = List.copyOf(unread);
        unread.clear();
        float[] read;
        try {
            read = Finite.read(steps.stream().map(NotedStep::values).toList());
        } finally {
            steps.forEach(step -> step.values().close());
        }
        int place = 0;
        for (NotedStep step : steps) {
            int end = place + step.size();
            look(step, Arrays.copyOfRange(read, place, end));
            place = end;
        }
    }

    private void look(NotedStep step, float[] read) {
        int gradients = read.length - 2;
        try {
            use(step.findings(), read);
            if (read[gradients] != 0) {
                NDArray first = step.parameters().arrays().get((int) read[gradients + 1]);
                throw new GradientDivergedException(step.step(), run.trained().pathOf(first));
            }
        } catch (RuntimeException e) {
            leaveOut();
            throw e;
        }
    }

    /** The caller may go on with the next step, so nothing of this one is left. */
    private void leaveOut() {
        FusedUpdate.fill(Objects.requireNonNull(flag, "made before the first step is noted"), 0);
        Gradients.zero(run.withGradients());
        takeFound().forEach(finding -> finding.values().close());
    }

    /**
     * Reads what was added since the last time, in that order, and the sum of all gradients.
     *
     * @return whether that sum is finite, as it is of finite gradients unless it overflows
     */
    boolean read(TensorList parameters) {
        readNoted();
        List<Finding> now = takeFound();
        float[] read;
        try {
            read = Finite.readWithGradients(arrays(now), parameters);
        } finally {
            now.forEach(finding -> finding.values().close());
        }
        int place = use(now, read);
        return place == read.length || Float.isFinite(read[place]);
    }

    /** @return how many of the values were used */
    private static int use(List<Finding> findings, float[] read) {
        int place = 0;
        for (Finding finding : findings) {
            int end = place + finding.size();
            finding.use().accept(Arrays.copyOfRange(read, place, end));
            place = end;
        }
        return place;
    }

    /** The path of the first parameter whose gradient is not finite; waits for the device. */
    public Optional<String> parameterWithoutFiniteGradient() {
        return run.trained().withoutFiniteGradient();
    }

    void close() {
        found.clear();
        unread.clear();
        if (manager != null) {
            manager.close();
        }
    }
}
