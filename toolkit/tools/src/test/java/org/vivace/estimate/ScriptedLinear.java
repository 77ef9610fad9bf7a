package org.vivace.estimate;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A linear layer without bias as a TorchScript module, written as {@code torch.jit.save} writes one. */
final class ScriptedLinear {

    static final int IN = 64;
    static final int OUT = 32;

    private static final String SOURCE = """
            class Scripted(Module):
              __parameters__ = ["weight", ]
              __buffers__ = []
              weight : Tensor
              training : bool
              def forward(self: __torch__.Scripted,
                x: Tensor) -> Tensor:
                weight = self.weight
                return torch.linear(x, weight)
            """;

    private ScriptedLinear() {}

    static Block load(NDManager manager) {
        try {
            return JniUtils.loadModule((PtNDManager) manager, new ByteArrayInputStream(archive()), true, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] archive() throws IOException {
        ByteBuffer numbers = ByteBuffer.allocate(IN * OUT * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < IN * OUT; i++) {
            numbers.putFloat((i % 7 - 3) / 10f);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            store(zip, "version", text("10\n"));
            store(zip, "data.pkl", pickled());
            store(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
            store(zip, "code/__torch__.py", text(SOURCE));
            store(zip, "data/0", numbers.array());
        }
        return bytes.toByteArray();
    }

    /** An object of the class whose state is the weight, by its place in the archive, and that it trains. */
    private static byte[] pickled() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(new byte[] {(byte) 0x80, 2});
        out.write(text("c__torch__\nScripted\n)\u0081}("));
        word(out, "weight");
        out.write(text("ctorch._utils\n_rebuild_tensor_v2\n(("));
        word(out, "storage");
        out.write(text("ctorch\nFloatStorage\n"));
        word(out, "0");
        word(out, "cpu");
        number(out, IN * OUT);
        out.write(text("tQ"));
        number(out, 0);
        out.write('(');
        number(out, OUT);
        number(out, IN);
        out.write(text("t("));
        number(out, IN);
        number(out, 1);
        out.write(text("t\u0089ccollections\nOrderedDict\n)RtR"));
        word(out, "training");
        out.write(text("\u0088ub."));
        return out.toByteArray();
    }

    private static void word(ByteArrayOutputStream out, String word) throws IOException {
        out.write(new byte[] {'X', (byte) word.length(), 0, 0, 0});
        out.write(text(word));
    }

    private static void number(ByteArrayOutputStream out, int number) {
        out.write('J');
        for (int shift = 0; shift < 32; shift += 8) {
            out.write(number >> shift);
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void store(ZipOutputStream zip, String path, byte[] content) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        ZipEntry entry = new ZipEntry("scripted/" + path);
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
