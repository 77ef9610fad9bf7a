package org.vivace.cli;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.optimizer.Optimizer;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.vivace.bench.Parent;
import org.vivace.datasets.DataCache;
import org.vivace.datasets.DataFile;
import org.vivace.methods.FusedAdamW;
import org.vivace.methods.FusedAttention;
import org.vivace.methods.LowPrecisionLayerNorm;
import org.vivace.methods.MixedPrecision;
import org.vivace.methods.SequenceLengthWarmup;
import org.vivace.models.Gpt;
import org.vivace.models.TokenLoss;
import org.vivace.torch.PeakMemory;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Schedule;
import org.vivace.train.Training;

/** The processes of the endurance script that are programs of their own, and speak on standard output. */
final class EnduranceTraining {

    private static final int SAVED_STEPS = 60;
    private static final int BATCH = 8;

    private EnduranceTraining() {}

    /** Trains with a save after each step, resuming what is there, and prints each step and the weights at the end. */
    static final class Saved {

        private Saved() {}

        public static void main(String[] arguments) throws Exception {
            Parent.watch();
            Path saves = Path.of(arguments[0]);
            try (Model model = model(16, 0.2)) {
                Training.of(model)
                        .input(new Shape(BATCH, 16))
                        .loss(new TokenLoss())
                        .optimizer(rate ->
                                Optimizer.adamW().optLearningRateTracker(rate).build())
                        .learningRate(0.01, Schedule.warmupCosine(0.1, 0))
                        .with(new FusedAdamW())
                        .seed(4)
                        .steps(SAVED_STEPS)
                        .saveEvery(1, saves)
                        .resume(saves)
                        .onStep(point -> System.out.println("step " + point.step()))
                        .fit(text(model, 16));
                System.out.println("end " + weights(model));
            }
        }
    }

    /** Keeps a file that comes in pieces, as a fetch does. */
    static final class Kept {

        private static final byte[] CONTENT = "0123456789".repeat(20_000).getBytes(StandardCharsets.UTF_8);

        private Kept() {}

        public static void main(String[] arguments) throws Exception {
            Parent.watch();
            String sha256 = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(CONTENT));
            for (int i = 0; i < 5; i++) {
                DataFile file = new DataFile("digits" + i + ".txt", CONTENT.length, sha256);
                new DataCache(Path.of(arguments[0])).put("digits", file, new Slowly());
            }
        }

        private static final class Slowly extends InputStream {

            private int at;

            @Override
            public int read() {
                return at < CONTENT.length ? CONTENT[at++] : -1;
            }

            @Override
            public int read(byte[] into, int from, int most) {
                if (at == CONTENT.length) {
                    return -1;
                }
                int count = Math.min(Math.min(most, 10_000), CONTENT.length - at);
                System.arraycopy(CONTENT, at, into, from, count);
                at += count;
                try {
                    Thread.sleep(5);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return count;
            }
        }
    }

    /**
     * The language recipe for so many steps, printing {@code sample STEP RESIDENT ARRAYS} every so many. Its sequences have
     * their full length after 400 steps, since until then each new length takes memory of its own.
     */
    static final class Long {

        static final List<EfficiencyMethod> RECIPE = List.of(
                MixedPrecision.bf16(),
                new LowPrecisionLayerNorm(),
                new FusedAttention(),
                new FusedAdamW(),
                SequenceLengthWarmup.steps(400));

        private Long() {}

        public static void main(String[] arguments) throws Exception {
            Parent.watch();
            long steps = java.lang.Long.parseLong(arguments[0]);
            long every = java.lang.Long.parseLong(arguments[1]);
            int context = 32;
            try (Model model = model(context, 0.1)) {
                Training.of(model)
                        .input(new Shape(BATCH, context))
                        .loss(new TokenLoss())
                        .with(RECIPE.toArray(EfficiencyMethod[]::new))
                        .seed(1)
                        .steps(steps)
                        .onStep(point -> {
                            if (point.step() % every == 0) {
                                System.gc();
                                System.out.println("sample " + point.step() + " "
                                        + PeakMemory.residentBytes().orElseThrow() + " "
                                        + arrays((BaseNDManager) model.getNDManager()));
                            }
                        })
                        .fit(text(model, context));
            }
        }
    }

    private static Model model(int context, double dropout) {
        Model model = Model.newInstance("small", Device.cpu(), "PyTorch");
        model.setBlock(new Gpt(new Gpt.Settings(16, 64, 2, 2, context, dropout)));
        return model;
    }

    private static ArrayDataset text(Model model, int context) {
        NDArray ids = model.getNDManager()
                .arange(BATCH * 8 * context)
                .mul(7)
                .mod(16)
                .toType(DataType.INT64, false)
                .reshape(BATCH * 8, context);
        return new ArrayDataset.Builder()
                .setData(ids)
                .optLabels(ids)
                .setSampling(BATCH, true)
                .build();
    }

    private static String weights(Model model) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        model.getBlock()
                .getParameters()
                .values()
                .forEach(each -> digest.update(each.getArray().toByteArray()));
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The arrays of a manager and of all managers below it. */
    static long arrays(BaseNDManager manager) {
        try {
            Field resources = BaseNDManager.class.getDeclaredField("resources");
            resources.setAccessible(true);
            long count = 0;
            for (Object each : ((Map<?, ?>) resources.get(manager)).values()) {
                count += each instanceof BaseNDManager below ? arrays(below) : each instanceof NDArray ? 1 : 0;
            }
            return count;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("expected DJL's managers to hold their resources in a map: " + e, e);
        }
    }
}
