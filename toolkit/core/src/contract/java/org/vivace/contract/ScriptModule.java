package org.vivace.contract;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A TorchScript module as {@code torch.jit.save} writes one: a zip with its source and a pickle with its weight. */
final class ScriptModule {

    private static final int ALIGNMENT = 64;

    private ScriptModule() {}

    /** {@code tanh(x · weight)} with a square weight near the identity. */
    static byte[] tanhOfProduct(int width) {
        ByteBuffer weight = ByteBuffer.allocate(4 * width * width).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < width * width; i++) {
            weight.putFloat((float) ((i % (width + 1) == 0 ? 1 : 0) + 0.1 * Math.sin(i)));
        }
        String source = """
                class Product(Module):
                  __parameters__ = ["weight", ]
                  __buffers__ = []
                  training : bool
                  weight : Tensor
                  def forward(self: __torch__.Product, x: Tensor) -> Tensor:
                    weight = self.weight
                    return torch.tanh(torch.matmul(x, weight))
                """;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            store(zip, bytes, "data.pkl", pickle(width));
            store(zip, bytes, "code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
            store(zip, bytes, "data/0", weight.array());
            store(zip, bytes, "constants.pkl", latin("\u0080\u0002)."));
            store(zip, bytes, "version", latin("3\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The object {@code Product} with {@code training} and {@code weight}, in pickle's protocol 2. */
    private static byte[] pickle(int width) {
        String size = number(width);
        return latin("\u0080\u0002c__torch__\nProduct\n)\u0081}(" + text("training") + "\u0088" + text("weight")
                + "ctorch._utils\n_rebuild_tensor_v2\n("
                + "(" + text("storage") + "ctorch\nFloatStorage\n" + text("0") + text("cpu") + number(width * width)
                + "tQ" + number(0) + size + size + "\u0086" + size + number(1) + "\u0086"
                + "\u0088ccollections\nOrderedDict\n)RtRub.");
    }

    private static String text(String value) {
        return "X" + (char) value.length() + "\0\0\0" + value;
    }

    private static String number(int value) {
        return "M" + (char) (value & 255) + (char) (value >> 8);
    }

    private static byte[] latin(String value) {
        return value.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Uncompressed, as libtorch requires, with its bytes at a multiple of {@value #ALIGNMENT}. */
    private static void store(ZipOutputStream zip, ByteArrayOutputStream written, String name, byte[] content)
            throws IOException {
        ZipEntry entry = new ZipEntry("product/" + name);
        CRC32 sum = new CRC32();
        sum.update(content);
        entry.setSize(content.length);
        entry.setCrc(sum.getValue());
        zip.flush();
        int header = written.size() + 30 + entry.getName().length() + 4;
        entry.setExtra(padding((ALIGNMENT - header % ALIGNMENT) % ALIGNMENT));
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    /** A zip extra field of that many bytes, filled with zeros. */
    private static byte[] padding(int length) {
        return ByteBuffer.allocate(4 + length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 0x4246)
                .putShort((short) length)
                .array();
    }
}
