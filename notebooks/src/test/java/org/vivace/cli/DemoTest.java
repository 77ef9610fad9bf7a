package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import ai.djl.training.optimizer.Optimizer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.bench.LocalMachine;
import org.vivace.bench.NativeRecipe;
import org.vivace.bench.ProgressBar;
import org.vivace.bench.Workload;
import org.vivace.datasets.ByteText;
import org.vivace.measure.BenchRecord;
import org.vivace.models.Gpt;
import org.vivace.models.TokenLoss;
import org.vivace.report.Report;
import org.vivace.train.EfficiencyMethod;
import org.vivace.workloads.Language;

@Tag("slow")
class DemoTest {

    private static final ByteText PROVERB = ByteText.of("All that glisters is not gold. ".repeat(400))
            .context(24)
            .batch(2);
    private static final Workload TINY = Workload.of(
                    "language",
                    () -> new Gpt(new Gpt.Settings(256, 16, 2, 2, 24, 0)),
                    new Shape(2, 24),
                    new TokenLoss(),
                    rate -> Optimizer.adam().optLearningRateTracker(rate).build(),
                    PROVERB.train())
            .validation(PROVERB.validation().take(512))
            .recipe(new Language().recipe().toArray(EfficiencyMethod[]::new));

    private final StringWriter drawn = new StringWriter();

    @Tag("clock")
    @Test
    void timesEveryMethodThenTrainsBothSides() throws Exception {
        BenchRecord record = demo(0.8).run("./vivace demo");
        assertThat(record.partial()).isFalse();
        NativeRecipe recipe = NativeRecipe.of(new Language().recipe(), LocalMachine.device());
        assertThat(record.variants())
                .extracting(variant -> variant.methods().size())
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, recipe.methods().size())
                                .boxed()
                                .toList());
        assertThat(record.notes()).containsAll(recipe.leftOut());
        assertThat(record.recipe().orElseThrow().phases()).hasSize(5);
        assertThat(record.curves()).extracting(curve -> curve.name()).containsExactly("plain DJL", "the recipe");
        assertThat(record.curves()).allSatisfy(curve -> {
            assertThat(curve.loss()).hasSizeGreaterThan(1);
            assertThat(curve.loss().get(0)).isBetween(4.0, 6.5);
            assertThat(curve.seconds().get(curve.seconds().size() - 1)).isBetween(0.8, 8.0);
        });
        assertThat(record.baseline().loss())
                .hasValue(record.curves()
                        .get(0)
                        .loss()
                        .get(record.curves().get(0).loss().size() - 1));
        assertThat(record.recipe().orElseThrow().loss().getAsDouble()).isPositive();
        assertThat(record.settings()).containsKeys("learning rate", "tuning", "seed", "training time", "loss");
        assertThat(Report.race(record)).contains("plain DJL reached a loss of");
        assertThat(drawn.toString()).contains("timing: ").contains("training the recipe: loss ");
    }

    @Test
    void anInterruptEndsItWithWhatThereIs() throws Exception {
        Thread.currentThread().interrupt();
        BenchRecord record = demo(60).run("./vivace demo");
        assertThat(record.partial()).isTrue();
        assertThat(record.curves()).isEmpty();
        assertThat(Report.headline(record)).contains("interrupted");
    }

    @Test
    void anInterruptDuringTheTrainingKeepsItsCurve() throws Exception {
        Thread worker = Thread.currentThread();
        PrintWriter interrupting = new PrintWriter(drawn) {
            @Override
            public void print(String text) {
                super.print(text);
                if (text.contains("training the recipe")) {
                    worker.interrupt();
                }
            }
        };
        BenchRecord record =
                new Demo(TINY, new Demo.Length(0.1, 60, 200), ProgressBar.always(interrupting)).run("demo");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(record.partial()).isTrue();
        assertThat(record.variants()).hasSize(5);
        assertThat(record.curves().get(0).name()).isEqualTo("plain DJL");
        assertThat(record.baseline().loss().getAsDouble()).isPositive();
        assertThat(record.recipe().orElseThrow().loss()).isEmpty();
    }

    private Demo demo(double training) {
        return new Demo(TINY, new Demo.Length(0.1, training, 1000), ProgressBar.always(new PrintWriter(drawn)));
    }
}
