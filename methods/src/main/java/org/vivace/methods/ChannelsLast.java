package org.vivace.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Conv2d;
import java.util.ArrayList;
import java.util.List;
import org.vivace.torch.MemoryFormat;
import org.vivace.train.Effect;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Equivalence;
import org.vivace.train.Hooks;
import org.vivace.train.Kind;
import org.vivace.train.Run;
import org.vivace.train.Sample;
import org.vivace.train.Surgery;
import org.vivace.train.Traits;

/**
 * Images and convolution weights with all channels of a pixel side by side in memory, the layout that convolution
 * kernels work in: with DJL's layout they convert the input and the output of every layer (<a
 * href="https://pytorch.org/blog/accelerating-pytorch-vision-models-with-channels-last-on-cpu/">PyTorch on the
 * layout</a>). Shapes and values stay the same; convolutions, norms, pools and activations keep the layout.
 *
 * <p>Use it with any network of 2-d convolutions, above all under mixed precision. Operations that support only the
 * contiguous layout convert back and forth, so a network with many of them may become slower. The weights' layout is
 * changed before the first step and restored at the end of the run.
 */
public record ChannelsLast() implements EfficiencyMethod {

    @Override
    public Traits traits() {
        return Traits.of(Kind.LAYOUT, Equivalence.WITHIN_TOLERANCE);
    }

    /**
     * Makes every array of shape (batch, channels, height, width) channels-last; others stay as they are.
     *
     * @return a list of the same length and names; new arrays belong to the managers of the old ones
     */
    public static NDList layOut(NDList arrays) {
        NDList result = new NDList(arrays.size());
        for (NDArray array : arrays) {
            NDArray laidOut = array;
            if (array.getShape().dimension() == 4) {
                laidOut = MemoryFormat.CHANNELS_LAST.of(array);
                laidOut.setName(array.getName());
            }
            result.add(laidOut);
        }
        return result;
    }

    @Override
    public List<Effect> effects() {
        return List.of(new Effect.ImageLayout());
    }

    @Override
    public Hooks attach(Run run) {
        return new Layout();
    }

    private static final class Layout implements Hooks {

        private final List<Parameter> weights = new ArrayList<>();

        @Override
        public void onModel(Run run, Surgery surgery) {
            collect(run.model().getBlock());
            surgery.places().forEach(place -> collect(place.block()));
            if (weights.isEmpty()) {
                surgery.nothingFound("2-d convolutions (ai.djl.nn.convolutional.Conv2d)");
            }
        }

        private void collect(Block block) {
            if (block instanceof Conv2d) {
                weights.add(block.getDirectParameters().get("weight"));
            }
        }

        @Override
        public void onStart(Run run) {
            weights.forEach(weight -> MemoryFormat.CHANNELS_LAST.applyTo(weight.getArray()));
        }

        @Override
        public Sample onBatch(Run run, Sample sample) {
            return weights.isEmpty() ? sample : new Sample(layOut(sample.data()), sample.labels());
        }

        @Override
        public void onEnd(Run run) {
            weights.forEach(weight -> MemoryFormat.CONTIGUOUS.applyTo(weight.getArray()));
        }
    }
}
