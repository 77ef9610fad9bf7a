package org.vivace.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.fuzz.Mutations;

/** Damaged files of images are read or refused in a sentence, whatever the damage. */
class DamagedImagesTest {

    @TempDir
    private Path folder;

    private static byte[] idx(int... dimensions) {
        int size = 1;
        for (int each : dimensions) {
            size *= each;
        }
        ByteBuffer bytes = ByteBuffer.allocate(4 * (1 + dimensions.length) + size);
        bytes.putInt(0x0800 | dimensions.length);
        for (int each : dimensions) {
            bytes.putInt(each);
        }
        while (bytes.hasRemaining()) {
            bytes.put((byte) (bytes.position() % 3));
        }
        return bytes.array();
    }

    @Test
    void idxImagesAreReadOrRefused() {
        byte[] images = idx(6, 4, 5);
        byte[] labels = idx(6);
        int refused = Mutations.read(
                images, content -> IdxImages.of("digit", content, labels, 3), IllegalArgumentException.class);
        assertThat(refused).isGreaterThan(Mutations.count() / 2);
        refused = Mutations.read(
                labels, content -> IdxImages.of("digit", images, content, 3), IllegalArgumentException.class);
        assertThat(refused).isGreaterThan(Mutations.count() / 2);
    }

    @Test
    void pngSheetsAreReadOrRefused() throws IOException {
        BufferedImage sheet = new BufferedImage(Cifar10Files.PLANE, 2, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(1);
        for (int x = 0; x < sheet.getWidth(); x++) {
            sheet.setRGB(x, 0, random.nextInt(8) * 0x102030);
            sheet.setRGB(x, 1, x * 0x010101);
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(sheet, "png", png);
        Files.writeString(folder.resolve("labels.json"), "[1, 2]");
        int refused = Mutations.read(
                png.toByteArray(),
                content -> {
                    Files.write(folder.resolve("sheet.png"), content);
                    Cifar10Files.fromSheets(folder, List.of("sheet"), "labels.json", folder);
                },
                IOException.class);
        assertThat(refused).isGreaterThan(Mutations.count() / 20);
    }

    @Test
    void labelsOfSheetsAreReadOrRefused() throws IOException {
        BufferedImage sheet = new BufferedImage(Cifar10Files.PLANE, 2, BufferedImage.TYPE_INT_RGB);
        ImageIO.write(sheet, "png", folder.resolve("sheet.png").toFile());
        int refused = Mutations.read(
                "[1, 2, 3]".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                content -> {
                    Files.write(folder.resolve("labels.json"), content);
                    Cifar10Files.fromSheets(folder, List.of("sheet"), "labels.json", folder);
                },
                IOException.class);
        assertThat(refused).isGreaterThan(Mutations.count() / 20);
    }
}
