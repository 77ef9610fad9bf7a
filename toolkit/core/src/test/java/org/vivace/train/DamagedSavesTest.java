package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vivace.train.StoppedRun.outcome;
import static org.vivace.train.StoppedRun.process;
import static org.vivace.train.StoppedRun.whole;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.fuzz.Mutations;

/** A damaged save is read or refused in a sentence, whatever the damage. */
class DamagedSavesTest {

    @TempDir
    private Path folder;

    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");

    private byte[] arrays() throws Exception {
        Path file = folder.resolve("whole.bin");
        try (ArrayFile.Writer writer = ArrayFile.write(file)) {
            writer.put("weight", manager.arange(12f).reshape(3, 4));
            writer.put("ids", manager.arange(5).toType(DataType.INT64, false));
            writer.put("one", manager.create(2f));
            writer.finish();
        }
        return Files.readAllBytes(file);
    }

    private void read(byte[] content) throws Exception {
        Path file = folder.resolve("damaged.bin");
        Files.write(file, content);
        ArrayFile.read(file, manager).values().forEach(NDArray::close);
    }

    @Test
    void arraysAreReadOrRefused() throws Exception {
        int refused = Mutations.read(arrays(), this::read, DamagedSaveException.class);
        assertThat(refused).isGreaterThan(Mutations.count() * 9 / 10);
    }

    /** As if the damage had been there before the checksum. */
    @Test
    void arraysUnderARightChecksumAreReadOrRefused() throws Exception {
        byte[] whole = arrays();
        byte[] content = Arrays.copyOf(whole, whole.length - Long.BYTES);
        int refused = Mutations.read(content, damaged -> read(checked(damaged)), DamagedSaveException.class);
        assertThat(refused).isGreaterThan(Mutations.count() / 3);
        assertThat(manager.getManagedArrays())
                .as("left by those refused half-way")
                .hasSizeLessThan(20);
    }

    private static byte[] checked(byte[] content) {
        CRC32 sum = new CRC32();
        sum.update(content);
        return ByteBuffer.allocate(content.length + Long.BYTES)
                .put(content)
                .putLong(sum.getValue())
                .array();
    }

    @Test
    void aLengthOfTwoBillionIsRefusedBeforeItIsAllocated() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF("weight");
            out.writeUTF("INT8");
            out.writeInt(1);
            out.writeLong(Integer.MAX_VALUE);
            out.writeInt(Integer.MAX_VALUE);
        }
        assertThatThrownBy(() -> read(checked(bytes.toByteArray())))
                .isInstanceOf(DamagedSaveException.class)
                .hasMessage("expected a whole file of arrays in " + folder.resolve("damaged.bin")
                        + ", found a damaged one: delete its folder, to continue from the save before it");
    }

    @Test
    void aRunIsReadOrRefused() throws Exception {
        Path saves = folder.resolve("saves");
        try (Model model = SmallTraining.model(SmallTraining.mlp(0))) {
            SmallTraining.training(model)
                    .seed(3)
                    .steps(2)
                    .saveEvery(1, saves)
                    .fit(SmallTraining.points(model.getNDManager(), true));
        }
        Path save = new SaveFolder(saves).newestFirst().get(0);
        byte[] whole = Files.readAllBytes(save.resolve("run.json"));
        int refused = Mutations.read(
                whole,
                content -> {
                    Files.write(save.resolve("run.json"), content);
                    SavedHeader.parse(save, content);
                },
                DamagedSaveException.class,
                IllegalStateException.class, // another schema
                UncheckedIOException.class);
        assertThat(refused).isGreaterThan(Mutations.count() / 10);
    }

    /** What may befall the newest of two saves, and what the log says of it. */
    private interface Damage {
        void to(Path header, Path arrays) throws IOException;
    }

    static Stream<Arguments> damages() {
        Damage half = (header, arrays) -> {
            byte[] bytes = Files.readAllBytes(header);
            Files.write(header, Arrays.copyOf(bytes, bytes.length / 2));
        };
        Damage digit = (header, arrays) ->
                Files.writeString(header, Files.readString(header).replace("\"step\":12", "\"step\":13"));
        Damage cut = (header, arrays) -> Files.write(arrays, Arrays.copyOf(Files.readAllBytes(arrays), 1000));
        return Stream.of(
                Arguments.of(half, "run.json is damaged"),
                Arguments.of((Damage) (header, arrays) -> Files.write(header, new byte[0]), "run.json is damaged"),
                Arguments.of((Damage) (header, arrays) -> Files.delete(header), "run.json is missing"),
                Arguments.of(digit, "run.json is not the one that was written"),
                Arguments.of(cut, "arrays.bin is missing or damaged"),
                Arguments.of((Damage) (header, arrays) -> Files.delete(arrays), "arrays.bin is missing or damaged"));
    }

    @ParameterizedTest
    @MethodSource("damages")
    void goesOnFromTheSaveBeforeADamagedOne(Damage damage, String reason) throws Exception {
        Weights[] weights = new Weights[1];
        process(training -> training.saveEvery(4, folder), 11, weights);
        Path newest = folder.resolve("step-000000000012");
        damage.to(newest.resolve("run.json"), newest.resolve("arrays.bin"));

        TrainingRecord rest = resumedInto(weights);

        assertThat(outcome(rest, weights)).isEqualTo(whole(training -> training));
        assertThat(rest.log())
                .containsExactly("the save in " + newest + " is damaged (" + reason + ") and was moved to "
                        + folder.resolve("damaged-step-000000000012") + ": the run continues from "
                        + folder.resolve("step-000000000008"));
    }

    @Test
    void refusesWhereNoSaveIsGood() throws Exception {
        process(training -> training.saveEvery(4, folder), 11, new Weights[1]);
        Files.delete(folder.resolve("step-000000000012").resolve("run.json"));
        Files.write(folder.resolve("step-000000000008").resolve("arrays.bin"), new byte[3]);

        assertThatIllegalStateException()
                .isThrownBy(this::resumed)
                .withMessage(
                        "expected a good save to resume from in " + folder + ", found 2 that are damaged (run.json is"
                                + " missing, arrays.bin is missing or damaged): move them away to start the run from the beginning");
    }

    @Test
    void refusesASaveOfAnotherSchema() throws Exception {
        process(training -> training.saveEvery(4, folder), 11, new Weights[1]);
        Path newest = folder.resolve("step-000000000012");
        Files.writeString(newest.resolve("run.json"), "{\"schema\": 9}");

        assertThatIllegalStateException()
                .isThrownBy(this::resumed)
                .withMessage("expected a saved run of schema 1 in " + newest
                        + ", found schema 9: resume with the version that wrote it");
    }

    private void resumed() throws Exception {
        resumedInto(new Weights[1]);
    }

    private TrainingRecord resumedInto(Weights[] weights) throws Exception {
        return process(training -> training.resume(folder), -1, weights);
    }
}
