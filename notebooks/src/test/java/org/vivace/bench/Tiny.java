package org.vivace.bench;

import ai.djl.ndarray.types.Shape;
import ai.djl.training.optimizer.Optimizer;
import org.vivace.datasets.ByteText;
import org.vivace.measure.QualityMeasure;
import org.vivace.models.Gpt;
import org.vivace.models.TokenLoss;

/** Workloads that train in a moment. */
final class Tiny {

    private Tiny() {}

    /** A decoder for five bytes that follow each other in a circle, which it learns. */
    static Workload language() {
        int context = 6;
        int batch = 4;
        ByteText text = ByteText.of("\0\1\2\3\4".repeat(80)).context(context).batch(batch);
        return Workload.of(
                        "language",
                        () -> new Gpt(new Gpt.Settings(5, 8, 1, 2, context, 0)),
                        new Shape(batch, context),
                        new TokenLoss(),
                        rate -> Optimizer.adam().optLearningRateTracker(rate).build(),
                        text.train())
                .validation(text.validation().take(30))
                .measuredBy(new QualityMeasure("nats a byte", false), (labels, predictions, loss) -> loss)
                .setting("data", "five bytes");
    }
}
