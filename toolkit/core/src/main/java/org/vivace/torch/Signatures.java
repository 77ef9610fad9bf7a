package org.vivace.torch;

import com.sun.jna.Callback;
import com.sun.jna.Pointer;
import org.vivace.torch.NativeBinding.Answer;

/**
 * The JNI signatures of the native methods of DJL that are replaced. JNA reads them by reflection to learn how to pass
 * the arguments.
 */
final class Signatures {

    private Signatures() {}

    interface OverAxis extends Callback {
        Answer call(Pointer env, Pointer self, long tensor, long axis, int dtype);
    }

    interface ToDevice extends Callback {
        Answer call(Pointer env, Pointer self, long tensor, int dtype, Pointer device);
    }

    interface Written extends Callback {
        Answer call(Pointer env, Pointer self, long tensor, long index, long values);
    }

    interface WrittenAlong extends Callback {
        Answer call(Pointer env, Pointer self, long tensor, long index, long values, int axis);
    }

    interface OfShape extends Callback {
        Answer call(Pointer env, Pointer self, Pointer shape, int dtype, int layout, Pointer device, byte grad);
    }

    interface Filled extends Callback {
        Answer call(
                Pointer env, Pointer self, Pointer shape, double x, int dtype, int layout, Pointer device, byte grad);
    }

    interface OfOne extends Callback {
        Answer call(Pointer env, Pointer self, long of, int dtype, int layout, Pointer device, byte grad);
    }

    interface Integers extends Callback {
        Answer call(
                Pointer env,
                Pointer self,
                long low,
                long high,
                Pointer shape,
                int dtype,
                int layout,
                Pointer device,
                byte grad);
    }

    interface Reals extends Callback {
        Answer call(
                Pointer env,
                Pointer self,
                double a,
                double b,
                Pointer shape,
                int dtype,
                int layout,
                Pointer device,
                byte grad);
    }

    interface Eye extends Callback {
        Answer call(Pointer env, Pointer self, int rows, int columns, int dtype, int layout, Pointer device, byte grad);
    }

    interface Range extends Callback {
        Answer call(
                Pointer env,
                Pointer self,
                float start,
                float end,
                float step,
                int dtype,
                int layout,
                Pointer device,
                byte grad);
    }

    interface Linspace extends Callback {
        Answer call(
                Pointer env,
                Pointer self,
                float start,
                float end,
                int steps,
                int dtype,
                int layout,
                Pointer device,
                byte grad);
    }

    interface FromBuffer extends Callback {
        Answer call(
                Pointer env,
                Pointer self,
                Pointer buffer,
                Pointer shape,
                int dtype,
                int layout,
                Pointer device,
                byte grad);
    }

    /** For a method without a result; the returned value only carries an exception. */
    interface SetTo extends Callback {
        Answer call(Pointer env, Pointer self, long tensor, Pointer buffer);
    }

    interface Convolution extends Callback {
        Answer call(
                Pointer env,
                Pointer self,
                long input,
                long weight,
                long bias,
                Pointer stride,
                Pointer padding,
                Pointer dilation,
                int groups);
    }

    interface Lstm extends Callback {
        Answer call(
                Pointer env,
                Pointer self,
                long input,
                Pointer states,
                Pointer parameters,
                byte biases,
                int layers,
                double dropout,
                byte training,
                byte bidirectional,
                byte batchFirst);
    }

    interface Read extends Callback {
        Answer call(Pointer env, Pointer self, long tensor);
    }

    interface ObjectAddress extends Callback {
        Answer call(Pointer env, Pointer owner, Pointer object);
    }

    interface ArrayAddress extends Callback {
        Answer call(Pointer env, Pointer owner, Pointer array);
    }

    /** For a method without a result; the returned value only carries an exception. */
    interface Backward extends Callback {
        Answer call(Pointer env, Pointer self, long output, long gradient, byte keepGraph, byte createGraph);
    }
}
