package org.vivace.bench;

import ai.djl.ndarray.types.Shape;
import ai.djl.training.optimizer.Optimizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.vivace.cli.CommandRun;
import org.vivace.datasets.ByteText;
import org.vivace.datasets.Texts;
import org.vivace.measure.QualityMeasure;
import org.vivace.models.Gpt;
import org.vivace.models.TokenLoss;

/** Workloads that train in a moment, and what they train on. */
public final class Tiny {

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

    /** A command on the built-in language workload, as small as it gets. */
    static CommandRun command(String command, String... more) {
        String sizes = "language --width 16 --layers 1 --heads 2 --context 16 --batch 2";
        return CommandRun.of(Stream.of(Stream.of(command), Stream.of(sizes.split(" ")), Stream.of(more))
                .flatMap(words -> words)
                .toArray(String[]::new));
    }

    /** Texts of these lengths, of a's and of b's in turn. */
    public static Texts texts(int... lengths) {
        List<byte[]> all = new ArrayList<>();
        int[] labels = new int[lengths.length];
        for (int i = 0; i < lengths.length; i++) {
            labels[i] = i % 2;
            all.add((i % 2 == 0 ? "a" : "b").repeat(lengths[i]).getBytes(StandardCharsets.US_ASCII));
        }
        return Texts.of(all, labels, 2);
    }
}
