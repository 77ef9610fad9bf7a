package org.vivace.methods;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A TorchScript module, tanh(x·weight) with a square weight that can be trained, as PyTorch would have saved it. */
final class TorchScriptFile {

    static final String NAME = "Part";

    private TorchScriptFile() {}

    /** @param side of the weight, whose values are sin(0), sin(1), … row by row; at most 15 */
    static void write(Path folder, int side) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(folder.resolve(NAME + ".pt")))) {
            zip.setMethod(ZipOutputStream.STORED);
            store(zip, "version", "10\n".getBytes(StandardCharsets.US_ASCII));
            store(zip, "data.pkl", pickle(side));
            store(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
            ByteBuffer values = ByteBuffer.allocate(side * side * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < side * side; i++) {
                values.putFloat((float) Math.sin(i));
            }
            store(zip, "data/0", values.array());
            store(zip, "code/__torch__.py", """
                    class Part(Module):
                      __parameters__ = ["weight", ]
                      __buffers__ = []
                      weight : Tensor
                      training : bool
                      def forward(self: __torch__.Part, x: Tensor) -> Tensor:
                        return torch.tanh(torch.matmul(x, self.weight))
                    """.getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Protocol 2: an object with a flag and a tensor, whose storage is the entry data/0. */
    private static byte[] pickle(int side) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte n = (byte) side;
        out.write(new byte[] {(byte) 0x80, 2});
        code(out, "c__torch__\n" + NAME + "\n)");
        out.write(new byte[] {(byte) 0x81, '}', '('});
        text(out, "training");
        out.write((byte) 0x88);
        text(out, "weight");
        code(out, "ctorch._utils\n_rebuild_tensor_v2\n((");
        text(out, "storage");
        code(out, "ctorch\nFloatStorage\n");
        text(out, "0");
        text(out, "cpu");
        out.write(new byte[] {'K', (byte) (side * side), 't', 'Q', 'K', 0, 'K', n, 'K', n, (byte) 0x86});
        out.write(new byte[] {'K', n, 'K', 1, (byte) 0x86, (byte) 0x88}); // strides, and that it wants a gradient
        code(out, "ccollections\nOrderedDict\n)RtRub.");
        return out.toByteArray();
    }

    private static void code(ByteArrayOutputStream out, String code) throws IOException {
        out.write(code.getBytes(StandardCharsets.US_ASCII));
    }

    private static void text(ByteArrayOutputStream out, String text) throws IOException {
        out.write(new byte[] {'X', (byte) text.length(), 0, 0, 0});
        code(out, text);
    }

    private static void store(ZipOutputStream zip, String path, byte[] content) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        ZipEntry entry = new ZipEntry(NAME + "/" + path);
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
