package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vivace.torch.Cast;
import org.vivace.torch.MemoryFormat;
import org.vivace.torch.Precision;

class ArrayFileTest {

    private final NDManager manager = NDManager.newBaseManager();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        manager.close();
    }

    private Path file(Map<String, NDArray> arrays) throws IOException {
        Path file = folder.resolve("arrays.bin");
        try (ArrayFile.Writer writer = ArrayFile.write(file)) {
            arrays.forEach(writer::put);
            writer.finish();
        }
        return file;
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT32", "FLOAT64", "FLOAT16", "INT8", "UINT8", "INT32", "INT64", "BOOLEAN"})
    void givesBackWhatWasPut(DataType type) throws IOException {
        NDArray array =
                manager.create(new float[] {0, 1, 3, 70, 120, 5}).reshape(2, 3).toType(type, true);
        NDArray scalar = manager.create(7f).toType(type, true);

        Map<String, NDArray> read = ArrayFile.read(file(Map.of("a", array, "s", scalar)), manager);

        assertThat(read).containsOnlyKeys("a", "s");
        assertThat(read.get("a").getDataType()).isEqualTo(type);
        assertThat(read.get("a")).isEqualTo(array);
        assertThat(read.get("s").getShape()).isEqualTo(new Shape());
        assertThat(read.get("s")).isEqualTo(scalar);
    }

    @Test
    void keepsEveryBitOfAFloat() throws IOException {
        float[] odd = {Float.NaN, -0f, Float.MIN_VALUE, Float.POSITIVE_INFINITY, 1 / 3f};

        NDArray read = ArrayFile.read(file(Map.of("odd", manager.create(odd))), manager)
                .get("odd");

        assertThat(read.toFloatArray()).containsExactly(odd);
    }

    @Test
    void writesValuesInTheOrderOfTheShapeWhateverTheLayout() throws IOException {
        NDArray array = manager.arange(2 * 3 * 4 * 5f).reshape(2, 3, 4, 5);
        NDArray channelsLast = MemoryFormat.CHANNELS_LAST.of(array);
        assertThat(MemoryFormat.CONTIGUOUS.holds(channelsLast)).isFalse();
        int managed = manager.getManagedArrays().size();

        Map<String, NDArray> read = ArrayFile.read(file(Map.of("images", channelsLast)), manager);

        assertThat(read.get("images")).isEqualTo(array);
        assertThat(manager.getManagedArrays().size()).isEqualTo(managed + 1);
    }

    @Test
    void refusesAFileThatWasCutOffOrChangedAnywhere() throws IOException {
        Path file = file(Map.of("a", manager.arange(6f), "b", manager.arange(30).reshape(5, 6)));
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(1);
        for (int trial = 0; trial < 60; trial++) {
            byte[] damaged;
            if (trial % 2 == 0) {
                damaged = Arrays.copyOf(whole, random.nextInt(whole.length));
            } else {
                damaged = whole.clone();
                damaged[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Files.write(file, damaged);

            assertThatIllegalStateException()
                    .isThrownBy(() -> ArrayFile.read(file, manager))
                    .withMessage("expected a whole file of arrays in " + file
                            + ", found a damaged one: delete its folder, to continue from the save before it");
        }
        Files.write(file, whole);
        assertThat(ArrayFile.read(file, manager)).hasSize(2);
    }

    @Test
    void refusesAFileThatWasNeverFinished() throws IOException {
        Path file = folder.resolve("arrays.bin");
        try (ArrayFile.Writer writer = ArrayFile.write(file)) {
            writer.put("a", manager.arange(6f));
        }

        assertThatIllegalStateException().isThrownBy(() -> ArrayFile.read(file, manager));
    }

    @Test
    void refusesWhatDjlCannotRead() throws IOException {
        try (ArrayFile.Writer writer = ArrayFile.write(folder.resolve("arrays.bin"))) {
            NDArray low = Cast.to(manager.ones(new Shape(2)), Precision.BFLOAT16);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> writer.put("moment", low))
                    .withMessage("expected an array that DJL can read under moment, got one of a type it does not know,"
                            + " such as bf16: cast it to fp32");
        }
    }

    @Test
    void aFullDiskIsAnErrorAndNotAShorterFile() {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.isWritable(full), "needs Linux's device that is always full");

        assertThatIOException()
                .isThrownBy(() -> {
                    try (ArrayFile.Writer writer = ArrayFile.write(full)) {
                        writer.put("a", manager.arange(6f));
                        writer.finish();
                    }
                })
                .withMessageContaining("No space left on device");
    }

    @Test
    void writesAndReadsOnAnInterruptedThread() throws IOException {
        Thread.currentThread().interrupt();
        try {
            assertThat(ArrayFile.read(file(Map.of("a", manager.arange(6f))), manager))
                    .hasSize(1);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
