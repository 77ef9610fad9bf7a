package org.vivace.measure;

import ai.djl.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The peak rates of a machine: the roofs of the roofline model (<a
 * href="https://doi.org/10.1145/1498765.1498785">Williams, Waterman &amp; Patterson 2009</a>) and the overhead of an
 * operation.
 *
 * @param date when it was measured, ISO 8601 in UTC
 * @param matmulPeak the highest rates of matrix products, 10^9 operations a second. A convolution can be above it: some
 *     algorithms need fewer operations than are counted
 * @param convolutionPeak the same for convolutions
 * @param gigabytesPerSecond the highest rate at which elementwise operations move memory
 * @param operationMicros host time of an operation that computes almost nothing
 * @param disturbed whether other processes disturbed every measurement of one of the last two
 */
public record Calibration(
        int schema,
        Machine machine,
        String date,
        MatmulPeak matmulPeak,
        ConvolutionPeak convolutionPeak,
        double gigabytesPerSecond,
        double operationMicros,
        boolean disturbed) {

    /** Raised when a field changes its meaning; new fields do not raise it. */
    public static final int SCHEMA = 1;

    /**
     * Measures for about five seconds. Other processes make the machine look slower than it is, so it waits for a quiet
     * moment; if there is none, {@link #doubt} reports it.
     */
    public static Calibration measure(Machine machine, Device device) {
        BestRate rates = new BestRate(device);
        double gigabytesPerSecond = MemoryBandwidth.measure(rates);
        double operationMicros = OperationCost.measure(rates);
        return new Calibration(
                SCHEMA,
                machine,
                RecordFile.now(),
                MatmulPeak.measure(device),
                ConvolutionPeak.measure(device),
                gigabytesPerSecond,
                operationMicros,
                rates.disturbed());
    }

    /**
     * Reads the calibration of this machine from {@code file}, or measures and writes it if the file is missing or of
     * another machine. A doubtful one is not written, and the next call measures again.
     *
     * @throws IllegalArgumentException if the file exists and is not a calibration
     */
    public static Calibration kept(Path file, Machine machine, Device device) {
        return kept(file, machine, () -> measure(machine, device));
    }

    static Calibration kept(Path file, Machine machine, Supplier<Calibration> measurement) {
        if (Files.exists(file)) {
            Calibration found = read(file);
            if (found.isOf(machine)) {
                return found;
            }
        }
        Calibration measured = measurement.get();
        if (measured.doubt().isEmpty()) {
            measured.write(file);
        }
        return measured;
    }

    /** A sentence if other processes disturbed every measurement of one of the roofs. */
    public Optional<String> doubt() {
        return disturbed || matmulPeak.disturbed() || convolutionPeak.disturbed()
                ? Optional.of(
                        "other work held the processors while this machine's peak rates were measured, so it can do"
                                + " more, and shares of these rates are in doubt: profile again when the machine is"
                                + " quiet")
                : Optional.empty();
    }

    /** Whether it holds on {@code machine}: its processor, threads, device and libtorch are the same. */
    public boolean isOf(Machine other) {
        return machine.cpu().equals(other.cpu())
                && machine.flags().equals(other.flags())
                && machine.cores() == other.cores()
                && machine.threads() == other.threads()
                && machine.device().equals(other.device())
                && machine.libtorch().equals(other.libtorch());
    }

    /**
     * The shortest time for {@code flops} operations on {@code bytes} bytes of memory: the maximum of compute time and
     * memory time.
     *
     * @param gigaflops the compute roof, 10^9 operations a second
     * @return microseconds
     */
    public double roofMicros(double flops, double bytes, double gigaflops) {
        return Math.max(flops / gigaflops, bytes / gigabytesPerSecond) / 1e3;
    }

    /**
     * Reads a calibration back.
     *
     * @throws java.io.UncheckedIOException if there is no readable file
     * @throws IllegalArgumentException if the file is truncated, not a calibration, or of a schema newer than
     *     {@link #SCHEMA}
     */
    public static Calibration read(Path file) {
        return RecordFile.readOne(file, SCHEMA, Calibration.class);
    }

    public String toJson() {
        return RecordFile.toJson("calibration", this);
    }

    /** Writes the calibration completely or not at all. */
    public Path write(Path file) {
        return Atomically.write(file, toJson());
    }
}
