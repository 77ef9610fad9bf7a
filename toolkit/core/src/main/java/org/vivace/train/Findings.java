package org.vivace.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.vivace.torch.Autograd;
import org.vivace.torch.Finite;
import org.vivace.torch.TensorList;

/**
 * What decides about a step's update, of all methods together. To read a value, a GPU's host waits for all that the
 * device has still to do. So a run reads once a step, before the update, and a method that needs values adds them here.
 */
public final class Findings {

    private record Finding(NDArray values, int size, Consumer<float[]> use) {}

    private final Run run;
    private final List<Finding> found = new ArrayList<>();
    private @Nullable NDManager manager;

    Findings(Run run) {
        this.run = run;
    }

    /**
     * Has values read before the update of this step. In the pre-flight, which makes no update, they are not read.
     *
     * @param values on the run's device, of any shape and type; may be closed before they are read
     * @param use gets them in fp32, after every {@link Hooks#onGradients} and before any {@link Hooks#stepsNow}, in the
     *     order in which they were added; what it throws ends the step
     */
    public void add(NDArray values, Consumer<float[]> use) {
        if (run.rehearsed()) {
            return;
        }
        if (manager == null) {
            manager = run.model().getNDManager().newSubManager();
        }
        found.add(new Finding(Autograd.handle(values, manager), Math.toIntExact(values.size()), use));
    }

    /**
     * Reads what was added since the last time, in that order, and the sum of all gradients.
     *
     * @return whether that sum is finite, as it is of finite gradients unless it overflows
     */
    boolean read(TensorList parameters) {
        List<Finding> now = List.copyOf(found);
        found.clear();
        float[] read;
        try {
            read = Finite.readWithGradients(now.stream().map(Finding::values).toList(), parameters);
        } finally {
            now.forEach(finding -> finding.values().close());
        }
        int place = 0;
        for (Finding finding : now) {
            int end = place + finding.size();
            finding.use().accept(Arrays.copyOfRange(read, place, end));
            place = end;
        }
        return place == read.length || Float.isFinite(read[place]);
    }

    /** The path of the first parameter whose gradient is not finite; waits for the device. */
    public Optional<String> parameterWithoutFiniteGradient() {
        return run.trained().withoutFiniteGradient();
    }

    void close() {
        found.clear();
        if (manager != null) {
            manager.close();
        }
    }
}
