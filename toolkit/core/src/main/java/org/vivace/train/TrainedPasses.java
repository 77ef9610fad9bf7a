package org.vivace.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;

/**
 * The training passes of the current step; a batch may have several. Predictions and labels are matched to their pass by
 * the identity of their arrays, since the caller's lists are never changed.
 */
final class TrainedPasses {

    /** What a pass was given, what the model saw of it, and what came out. */
    record TrainedPass(Sample given, Sample seen, NDList predictions) {}

    private final List<TrainedPass> passes = new ArrayList<>();

    void add(TrainedPass pass) {
        passes.add(pass);
    }

    void clear() {
        passes.clear();
    }

    NDList lastLabels() {
        return passes.isEmpty()
                ? new NDList()
                : passes.get(passes.size() - 1).seen().labels();
    }

    boolean isEmpty() {
        return passes.isEmpty();
    }

    /** The last pass that has one of the predictions as its output, or the last pass if none is an output itself. */
    TrainedPass of(NDList predictions) {
        for (int i = passes.size() - 1; i >= 0; i--) {
            if (shareAny(predictions, passes.get(i).predictions())) {
                return passes.get(i);
            }
        }
        return passes.get(passes.size() - 1);
    }

    /** Whether a prediction is an unchanged output of one of the passes. */
    boolean produced(NDList predictions) {
        return passes.stream().anyMatch(pass -> shareAny(predictions, pass.predictions()));
    }

    /** The labels as the methods changed them for that pass; arrays that were not given to it stay. */
    static NDList seen(TrainedPass pass, NDList labels) {
        NDList given = pass.given().labels();
        NDList result = new NDList(labels.size());
        for (NDArray label : labels) {
            int index = identical(given, label);
            result.add(index < 0 ? label : pass.seen().labels().get(index));
        }
        return result;
    }

    /** By identity: arrays of equal values, such as those of two heads that start with zeros, differ. */
    private static boolean shareAny(NDList some, NDList others) {
        return some.stream().anyMatch(array -> identical(others, array) >= 0);
    }

    private static int identical(NDList arrays, NDArray array) {
        for (int i = 0; i < arrays.size(); i++) {
            if (arrays.get(i) == array) {
                return i;
            }
        }
        return -1;
    }
}
