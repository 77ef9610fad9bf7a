package org.vivace.torch;

/**
 * An array that represents a tensor and traces operations on it instead of computing them, as an estimate's arrays do;
 * the counterpart of PyTorch's <a
 * href="https://pytorch.org/docs/stable/notes/extending.html#extending-torch-python-api">{@code
 * __torch_function__}</a>. A function of this package that finds one among its arguments passes its call to it.
 */
public interface Symbolic {

    /** The result of {@link Precision#of} for it. */
    Precision precision();

    /** The autocast state that currently applies to operations on it. */
    Autocast.State autocast();

    /**
     * @return the call's result: an NDArray, an NDList or an Integer
     * @throws RuntimeException if this function cannot be traced
     */
    Object follow(ScriptCall call);
}
