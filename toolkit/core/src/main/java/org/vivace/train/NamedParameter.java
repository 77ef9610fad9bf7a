package org.vivace.train;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;

/**
 * A parameter of the model and its path.
 *
 * @param path the names of the blocks that lead to it and its own, as DJL joins them
 */
public record NamedParameter(String path, Parameter parameter) {

    public NDArray array() {
        return parameter.getArray();
    }
}
