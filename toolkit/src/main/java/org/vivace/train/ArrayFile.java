package org.vivace.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.vivace.torch.MemoryFormat;

/** Named arrays in one file: for each, its name, type, shape and little-endian values; a marker ends the file. */
final class ArrayFile {

    private static final String END = "";

    private ArrayFile() {}

    static Writer write(Path path) throws IOException {
        return new Writer(new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(path), 1 << 20)));
    }

    static final class Writer implements AutoCloseable {

        private final DataOutputStream out;

        private Writer(DataOutputStream out) {
            this.out = out;
        }

        void put(String name, NDArray array) {
            if (array.getShape().dimension() != 4) {
                putPlain(name, array);
                return;
            }
            // A channels-last array lies in memory in another order than its shape says.
            try (NDArray contiguous = MemoryFormat.CONTIGUOUS.of(array)) {
                putPlain(name, contiguous);
            }
        }

        private void putPlain(String name, NDArray array) {
            try {
                ByteBuffer values = array.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
                out.writeUTF(name);
                out.writeUTF(array.getDataType().name());
                out.writeInt(array.getShape().dimension());
                for (long size : array.getShape().getShape()) {
                    out.writeLong(size);
                }
                byte[] bytes = new byte[values.remaining()];
                values.get(bytes);
                out.writeInt(bytes.length);
                out.write(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException("could not save " + name + ": is the disk full?", e);
            }
        }

        @Override
        public void close() throws IOException {
            out.writeUTF(END);
            out.close();
        }
    }

    /** Reads all arrays, on the manager's device; the caller closes them. */
    static Map<String, NDArray> read(Path path, NDManager manager) throws IOException {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(path), 1 << 20))) {
            for (String name = in.readUTF(); !name.equals(END); name = in.readUTF()) {
                DataType type = DataType.valueOf(in.readUTF());
                long[] shape = new long[in.readInt()];
                for (int i = 0; i < shape.length; i++) {
                    shape[i] = in.readLong();
                }
                byte[] bytes = new byte[in.readInt()];
                in.readFully(bytes);
                ByteBuffer values = manager.allocateDirect(bytes.length);
                values.put(bytes).flip();
                arrays.put(name, manager.create(values, new Shape(shape), type));
            }
        } catch (EOFException e) {
            arrays.values().forEach(NDArray::close);
            throw new IllegalStateException(
                    "expected a complete file of arrays in " + path + ", found its end too early: delete that folder",
                    e);
        }
        return arrays;
    }
}
