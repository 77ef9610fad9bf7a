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
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UTFDataFormatException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.vivace.torch.MemoryFormat;

/**
 * Named arrays in one file: for each, its name, type, shape and little-endian values; then an empty name and the CRC-32
 * of all before it.
 *
 * <p>Plain file streams, not channels: those close themselves when the thread is interrupted, which is exactly when a
 * run is saved.
 */
final class ArrayFile {

    private static final String END = "";
    private static final int BUFFER = 1 << 20;

    /** The largest number of axes that libtorch supports. */
    private static final int MOST_AXES = 64;

    private ArrayFile() {}

    static Writer write(Path path) throws IOException {
        return new Writer(new FileOutputStream(path.toFile()));
    }

    /** Writes arrays one after the other; {@link #finish} completes the file. */
    static final class Writer implements AutoCloseable {

        private final FileOutputStream file;
        private final CheckedOutputStream checked;
        private final DataOutputStream out;

        private Writer(FileOutputStream file) {
            this.file = file;
            checked = new CheckedOutputStream(new BufferedOutputStream(file, BUFFER), new CRC32());
            out = new DataOutputStream(checked);
        }

        void put(String name, NDArray array) {
            if (array.getDataType() == DataType.UNKNOWN) {
                throw new IllegalArgumentException("expected an array that DJL can read under " + name
                        + ", got one of a type it does not know, such as bf16: cast it to fp32");
            }
            if (array.getShape().dimension() != 4) {
                putPlain(name, array);
                return;
            }
            // The memory of a channels-last array is in another order than its shape.
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
                throw new UncheckedIOException(e);
            }
        }

        /** Writes the end and waits until everything is on the disk. */
        void finish() throws IOException {
            out.writeUTF(END);
            out.writeLong(checked.getChecksum().getValue());
            out.flush();
            file.getFD().sync();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /**
     * Reads all arrays, on the manager's device; the caller closes them.
     *
     * @throws IllegalStateException if the file is not one that a {@link Writer} has finished
     */
    static Map<String, NDArray> read(Path path, NDManager manager) throws IOException {
        requireWhole(path);
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        try (DataInputStream in = new DataInputStream(open(path))) {
            for (String name = in.readUTF(); !name.equals(END); name = in.readUTF()) {
                NDArray before = arrays.put(name, array(in, Files.size(path), manager));
                if (before != null) {
                    before.close();
                }
            }
            return arrays;
        } catch (EOFException | UTFDataFormatException | IllegalArgumentException | ArithmeticException e) {
            arrays.values().forEach(NDArray::close);
            throw new DamagedSaveException(damaged(path), e);
        }
    }

    /**
     * @param limit more bytes than the values can have
     * @throws IllegalArgumentException if type, shape and length do not match
     */
    private static NDArray array(DataInputStream in, long limit, NDManager manager) throws IOException {
        DataType type = DataType.valueOf(in.readUTF());
        int rank = in.readInt();
        if (rank < 0 || rank > MOST_AXES || type.getNumOfBytes() < 1 || type.ordinal() > DataType.COMPLEX64.ordinal()) {
            throw new IllegalArgumentException("no array has " + rank + " axes and the type " + type);
        }
        long[] shape = new long[rank];
        long length = type.getNumOfBytes();
        for (int i = 0; i < rank; i++) {
            shape[i] = in.readLong();
            length = Math.multiplyExact(length, shape[i]);
        }
        if (in.readInt() != length || length > limit || Arrays.stream(shape).anyMatch(size -> size < 0)) {
            throw new IllegalArgumentException("no values fill " + Arrays.toString(shape));
        }
        byte[] bytes = new byte[(int) length];
        in.readFully(bytes);
        ByteBuffer values = manager.allocateDirect(bytes.length);
        values.put(bytes).flip();
        return manager.create(values, new Shape(shape), type);
    }

    /** Checks the whole file before any of its content, above all the lengths, is trusted. */
    private static void requireWhole(Path path) throws IOException {
        long content = Files.size(path) - Long.BYTES;
        try (CheckedInputStream in = new CheckedInputStream(open(path), new CRC32())) {
            in.skipNBytes(Math.max(0, content));
            long found = in.getChecksum().getValue();
            if (content < 0 || found != new DataInputStream(in).readLong()) {
                throw new DamagedSaveException(damaged(path));
            }
        }
    }

    private static String damaged(Path path) {
        return "expected a whole file of arrays in " + path
                + ", found a damaged one: delete its folder, to continue from the save before it";
    }

    private static InputStream open(Path path) throws IOException {
        return new BufferedInputStream(new FileInputStream(path.toFile()), BUFFER);
    }
}
