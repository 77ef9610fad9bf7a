package com.acme;

import static com.acme.Parts.adam;
import static com.acme.Parts.loss;
import static com.acme.Parts.train;

import ai.djl.ndarray.types.Shape;
import java.util.function.Supplier;
import org.vivace.bench.Workload;

public class Mine implements Supplier<Workload> {
    @Override
    public Workload get() {
        return Workload.of("mine", Net::new, new Shape(32, 3, 64, 64), loss(), rate -> adam(rate), train());
    }
}
