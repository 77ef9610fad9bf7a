package org.vivace.bench;

import java.util.List;
import java.util.stream.Stream;
import org.vivace.estimate.ArraySpec;
import org.vivace.estimate.Estimate;
import org.vivace.estimate.Memory;
import org.vivace.estimate.StepTime;
import org.vivace.measure.RecordFile;
import org.vivace.train.EfficiencyMethod;

/**
 * An estimate as it is written to a file.
 *
 * @param methods the recipe's labels, empty for plain DJL
 * @param batch rows
 * @param inputs the shapes of a batch
 * @param parameters trained values
 * @param bytesMoved read and written
 * @param peakBytes the most held at one moment
 * @param seconds of the parts of a pass
 * @param notes assumptions and omissions
 */
public record EstimatedCost(
        String workload,
        List<String> methods,
        long batch,
        List<String> inputs,
        long parameters,
        double forwardFlops,
        double backwardFlops,
        double flops,
        double bytesMoved,
        Memory memory,
        long peakBytes,
        StepTime seconds,
        double stepSeconds,
        List<String> notes) {

    public EstimatedCost {
        Stream.of(workload, methods, memory, seconds, notes)
                .forEach(each -> RecordFile.require(each, "workload, methods, memory, seconds and notes"));
    }

    static EstimatedCost of(Estimated estimated) {
        Estimate estimate = estimated.estimate();
        List<ArraySpec> inputs = estimated.estimator().inputs();
        return new EstimatedCost(
                estimated.workload(),
                estimated.estimator().methods().stream()
                        .map(EfficiencyMethod::label)
                        .toList(),
                inputs.get(0).shape().get(0),
                inputs.stream().map(input -> input.shape().toString()).toList(),
                estimate.parameters(),
                estimate.forwardFlops(),
                estimate.backwardFlops(),
                estimate.flops(),
                estimate.bytesMoved(),
                estimate.memory(),
                estimate.memory().peak(),
                estimated.time(),
                estimated.time().total(),
                estimated.notes());
    }
}
