package org.vivace.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class Cifar10FilesTest {
    @TempDir
    Path root;

    private Path from;
    private Path to;

    @BeforeEach
    void folders() throws IOException {
        from = Files.createDirectory(root.resolve("from"));
        to = Files.createDirectory(root.resolve("to"));
    }

    @Test
    void aRowOfASheetBecomesALabelAndThreePlanes() throws IOException {
        for (int i = 1; i <= 5; i++) {
            // The row of the sheet is red, its green grows to the right, its blue tells the sheet.
            sheet("data_batch_" + i, 2, 1024, i);
        }
        sheet("test_batch", 1, 1024, 6);
        Files.writeString(from.resolve("train_lables.json"), "[0,1,2,3,4,5,6,7,8,9]");
        Files.writeString(from.resolve("test_lables.json"), "[ 7 ]");

        Cifar10Files.fromSheets(from, to);

        byte[] third = Files.readAllBytes(to.resolve("data_batch_3.bin"));
        assertThat(third).hasSize(2 * 3073);
        assertThat(third[0]).isEqualTo((byte) 4);
        assertThat(third[3073]).isEqualTo((byte) 5);
        assertThat(third[1]).isEqualTo((byte) 200);
        assertThat(third[3073 + 1]).isEqualTo((byte) 201);
        assertThat(Arrays.copyOfRange(third, 1 + 1024, 1 + 1024 + 3)).containsExactly(0, 1, 2);
        assertThat(third[1 + 2 * 1024 - 1]).isEqualTo((byte) 255);
        assertThat(third[1 + 2 * 1024]).isEqualTo((byte) 3);
        assertThat(Files.readAllBytes(to.resolve("test_batch.bin")))
                .hasSize(3073)
                .startsWith(7, (byte) 200);
    }

    @Test
    void aSheetOfAnotherFormIsNamed() throws IOException {
        Files.writeString(from.resolve("train_lables.json"), "[0]");
        Files.writeString(from.resolve("data_batch_1.png"), "no picture");
        String expected = "expected data_batch_1.png to be a PNG sheet with an image in each row of 1024 pixels"
                + " and a label for each, found ";

        assertThatThrownBy(() -> Cifar10Files.fromSheets(from, to))
                .isInstanceOf(IOException.class)
                .hasMessage(expected + "no image");
        sheet("data_batch_1", 1, 32, 0);
        assertThatThrownBy(() -> Cifar10Files.fromSheets(from, to)).hasMessage(expected + "32x1 pixels and 1 labels");
        sheet("data_batch_1", 2, 1024, 0);
        assertThatThrownBy(() -> Cifar10Files.fromSheets(from, to)).hasMessage(expected + "1024x2 pixels and 1 labels");
    }

    @Test
    void labelsOfAnotherFormAreNamed() throws IOException {
        Files.writeString(from.resolve("train_lables.json"), "{\"a\": 1}");
        assertThatThrownBy(() -> Cifar10Files.fromSheets(from, to))
                .isInstanceOf(IOException.class)
                .hasMessage("expected a JSON list of labels in train_lables.json, found something else");
        Files.writeString(from.resolve("train_lables.json"), "");
        assertThatThrownBy(() -> Cifar10Files.fromSheets(from, to))
                .hasMessage("expected a JSON list of labels in train_lables.json, found something else");
    }

    @Test
    void oneFileOfAllBatchesIsCutIntoFive() throws IOException {
        byte[] all = new byte[50_000 * 3073];
        for (int batch = 0; batch < 5; batch++) {
            Arrays.fill(all, batch * 30_730_000, (batch + 1) * 30_730_000, (byte) batch);
        }
        Files.write(from.resolve("data_batch.bin"), all);
        Files.writeString(from.resolve("test_batch.bin"), "test");

        Cifar10Files.fromOne(from, to);

        for (int batch = 0; batch < 5; batch++) {
            byte[] part = Files.readAllBytes(to.resolve("data_batch_" + (batch + 1) + ".bin"));
            assertThat(part.length).isEqualTo(30_730_000);
            assertThat(part[0]).isEqualTo((byte) batch);
            assertThat(part[part.length - 1]).isEqualTo((byte) batch);
        }
        assertThat(to.resolve("test_batch.bin")).hasContent("test");
    }

    private void sheet(String name, int rows, int width, int blue) throws IOException {
        BufferedImage sheet = new BufferedImage(width, rows, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < width; x++) {
                sheet.setRGB(x, y, (200 + y) << 16 | (x % 256) << 8 | blue);
            }
        }
        ImageIO.write(sheet, "png", from.resolve(name + ".png").toFile());
    }
}
