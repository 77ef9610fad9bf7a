package org.vivace.torch;

/**
 * An array that stands in for a tensor and follows what is done with it instead of doing it, as an estimate's arrays do;
 * the counterpart of PyTorch's
 * <a href="https://pytorch.org/docs/stable/notes/extending.html#extending-torch-python-api">{@code __torch_function__}</a>.
 * A function of this package that finds one among its arguments hands its call over.
 */
public interface Symbolic {

    /** What {@link Precision#of} returns for it. */
    Precision precision();

    /** The scope that what is done with it at this moment falls under. */
    Autocast.State autocast();

    /**
     * @return what the call would return: an NDArray, an NDList or an Integer
     * @throws RuntimeException where this function cannot be followed
     */
    Object follow(ScriptCall call);
}
