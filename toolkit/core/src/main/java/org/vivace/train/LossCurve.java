package org.vivace.train;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import org.vivace.train.TrainingRecord.Point;

/** The losses of a training's steps, each of which may be read some steps after it was made. */
final class LossCurve {

    /** The loss of a step's batch, which is known when the losses of its parts are read. */
    static final class Step {

        private final long number;
        private int missing;
        private double loss;
        private double seconds;

        Step(long number, int parts) {
            this.number = number;
            missing = parts;
        }

        /** @throws LossDivergedException if this is the last part, and the loss is not finite */
        void add(double part) {
            loss += part;
            missing--;
            if (missing == 0 && !Double.isFinite(loss)) {
                throw new LossDivergedException(number, loss);
            }
        }
    }

    private final Consumer<Point> listener;
    private final List<Point> points = new ArrayList<>();
    private final Queue<Step> unreported = new ArrayDeque<>();

    /** @param listener called once for each step, when its loss is known */
    LossCurve(Consumer<Point> listener) {
        this.listener = listener;
    }

    void goOnFrom(List<Point> saved) {
        points.addAll(saved);
    }

    /** @param seconds of the training until the end of this step, as the host sees it */
    void end(Step step, double seconds) {
        step.seconds = seconds;
        unreported.add(step);
        report();
    }

    /** Adds the steps whose losses are known by now. */
    void report() {
        while (!unreported.isEmpty() && unreported.element().missing == 0) {
            Step step = unreported.remove();
            Point point = new Point(step.number, step.seconds, step.loss);
            points.add(point);
            listener.accept(point);
        }
    }

    List<Point> points() {
        return points;
    }
}
